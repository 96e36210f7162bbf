/** One case: what Berth declares, converted, and taken through the provider's stages. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProviderCase } from "./cases";
import { declaredBy } from "./declared";
import { convert, type Conversion } from "./document";
import { startMoto } from "./moto";
import type { ProviderSchema } from "./schema";
import { StageRun, type Stage, type StageResult } from "./stages";
import { Terraform } from "./terraform";
import type { Tools } from "./tools";

export interface CaseRun {
  readonly conversion: Conversion;
  readonly stages: readonly StageResult[];
}

export interface RunOptions {
  readonly tools: Tools;
  readonly schema: ProviderSchema;
  /** The last stage. */
  readonly until: Stage;
  /** Where Terraform's folder is left; else it is removed at the end. */
  readonly keep?: string;
}

export async function runCase(wanted: ProviderCase, options: RunOptions): Promise<CaseRun> {
  const folder = mkdtempSync(join(tmpdir(), "berth-provider-"));
  const moto = await startMoto(wanted.zones);
  try {
    const declared = await declaredBy(wanted.project, join(folder, "berth"), wanted.env);
    const { schema, tools, until } = options;
    const conversion = convert(declared.resources, {
      schema,
      version: tools.version,
      region: wanted.region,
    });
    const terraform = new Terraform(options.keep ?? join(folder, "terraform"), tools, moto.url);
    terraform.write(conversion.document);
    const run = new StageRun(terraform, new Set(conversion.addresses.keys()));
    const results: StageResult[] = [];
    for await (const result of run.through(until)) results.push(result);
    return { conversion, stages: results };
  } finally {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Berth, or the conversion, has to answer for: empty where all is well. */
export function faultsOf({ conversion, stages }: CaseRun): readonly string[] {
  const { addresses, untyped, unplaced, undeclared } = conversion;
  const byUrn = new Map([...addresses].map(([address, urn]) => [urn, address]));
  const short = (urn: string): string => byUrn.get(urn) ?? urn;
  return [
    ...untyped.map((urn) => `the provider has no such type: ${urn}`),
    ...unplaced.map(
      ({ type, path, value }) => `the provider has no ${type}.${path}: ${JSON.stringify(value)}`,
    ),
    ...undeclared.map(
      ({ urn, property, uses }) => `${short(urn)}.${property} uses ${short(uses)}, and no dependency says so`,
    ),
    ...stages.flatMap(({ stage, findings }) =>
      findings
        .filter(({ difference }) => difference === undefined)
        .map(({ address, words }) => `${stage}: ${address}: ${words}`),
    ),
    ...stages
      .filter(({ passed, total, findings }) => passed.size < total.size && findings.length === 0)
      .map(
        ({ stage, passed, total }) =>
          `${stage}: ${passed.size} of ${total.size} resources, and no word of why`,
      ),
  ];
}
