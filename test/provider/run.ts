/** One case: what Berth declares, converted, and taken through the provider's stages. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProviderCase } from "./cases";
import { declaredBy } from "./declared";
import { convert, foreignZones, together, type Conversion } from "./document";
import { startMoto } from "./moto";
import type { ProviderSchema } from "./schema";
import { StageRun, stages, type Stage, type StageResult } from "./stages";
import { Terraform } from "./terraform";
import type { Tools } from "./tools";

export interface CaseRun {
  /** Absent where Pulumi's engine took the case as it is. */
  readonly conversion?: Conversion;
  readonly stages: readonly StageResult[];
  /** Why there was nothing to take through the stages, or nothing to take it with. */
  readonly failure?: string;
}

export interface RunOptions {
  readonly tools: Tools;
  readonly schema: ProviderSchema;
  /** The last stage. */
  readonly until: Stage;
  /** Where Terraform's folder is left; else it is removed at the end. */
  readonly keep?: string;
}

/** What Berth declares for a case, as Terraform's configuration. One at a time: the simulator is one a process. */
export async function convertCase(wanted: ProviderCase, options: RunOptions): Promise<Conversion> {
  const first = await convertStack(wanted, wanted.region, options);
  const others: Conversion[] = [];
  for (const region of wanted.beside) others.push(await convertStack(wanted, region, options, region));
  return together(first, others);
}

async function convertStack(
  { project, env }: ProviderCase,
  region: string,
  { tools, schema }: RunOptions,
  alias?: string,
): Promise<Conversion> {
  const folder = mkdtempSync(join(tmpdir(), "berth-declared-"));
  try {
    const { resources } = await declaredBy(project, folder, { ...env, AWS_REGION: region });
    const version = tools.version;
    return convert(resources, { schema, version, region, ...(alias === undefined ? {} : { alias }) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes a configuration through the stages, in an AWS of its own. */
export async function runCase(
  wanted: ProviderCase,
  conversion: Conversion,
  options: RunOptions,
): Promise<CaseRun> {
  const folder = mkdtempSync(join(tmpdir(), "berth-provider-"));
  // The state of an earlier run names what no AWS has.
  if (options.keep !== undefined) rmSync(options.keep, { recursive: true, force: true });
  const moto = await startMoto({ ...foreignZones(conversion.document), ...wanted.zones });
  try {
    const terraform = new Terraform(options.keep ?? folder, options.tools, moto.url);
    const run = new StageRun(terraform, conversion.document);
    const results: StageResult[] = [];
    for await (const result of run.through(earlier(options.until, wanted.until))) results.push(result);
    return { conversion, stages: results };
  } finally {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function earlier(one: Stage, other: Stage): Stage {
  return stages.indexOf(one) < stages.indexOf(other) ? one : other;
}

/** What Berth, or the conversion, has to answer for: empty where all is well. */
export function faultsOf({ conversion, stages, failure }: CaseRun): readonly string[] {
  return [
    ...(failure === undefined ? [] : [failure]),
    ...(conversion === undefined ? [] : faultsOfConversion(conversion)),
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

function faultsOfConversion({
  addresses,
  untyped,
  unplaced,
  undeclared,
  wrongArns,
}: Conversion): readonly string[] {
  const byUrn = new Map([...addresses].map(([address, urn]) => [urn, address]));
  const short = (urn: string): string => byUrn.get(urn) ?? urn;
  return [
    ...untyped.map((urn) => `the provider has no such type: ${urn}`),
    ...wrongArns.map((arn) => `of another partition: ${arn}`),
    ...unplaced.map(
      ({ type, path, value }) => `the provider has no ${type}.${path}: ${JSON.stringify(value)}`,
    ),
    ...undeclared.map(
      ({ urn, property, uses }) => `${short(urn)}.${property} uses ${short(uses)}, and no dependency says so`,
    ),
  ];
}
