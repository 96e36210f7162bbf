/**
 * Records what the provider asks of AWS, for the test of the account's roles: `npm run record-calls`. One folder of
 * Terraform takes one configuration after another: made, read, changed into the next, and taken down at last.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CallTable, merged, type RecordedCalls, type TraceStage } from "../support/iam/record/table";
import { providerCalls } from "../support/iam/record/trace";
import { caseOf, type ProviderCase } from "./cases";
import { foreignZones } from "./document";
import { startMoto } from "./moto";
import { convertCase, type RunOptions } from "./run";
import { schemaOf, Terraform } from "./terraform";
import { findTools } from "./tools";

const output = join(__dirname, "../support/iam/recorded/provider.json");
const cache = join(__dirname, "../../node_modules/.cache/berth-provider");
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const cases: readonly ProviderCase[] = [
  caseOf("examples/everything", { withDomain: true }),
  caseOf("examples/everything", { withDomain: true, mode: "high-availability" }),
  caseOf("test/support/iam/corners", { withDomain: true, mode: "balanced" }),
  caseOf("test/provider/projects/edge"),
  caseOf("test/provider/projects/edge-names", { withDomain: true, region: "eu-west-1" }),
];

async function record(options: RunOptions, folder: string): Promise<RecordedCalls> {
  const table = new CallTable();
  const types = new Map<string, string>();
  const conversions = [];
  for (const wanted of cases) conversions.push(await convertCase(wanted, options));
  const zones = conversions.map(({ document }) => foreignZones(document));
  const moto = await startMoto(
    Object.assign({}, ...zones, ...cases.map(({ zones: own }) => own)) as Record<string, string>,
  );
  try {
    const terraform = new Terraform(folder, options.tools, moto.url, true);
    const run = async (stage: TraceStage, ...args: readonly string[]): Promise<void> => {
      const { code } = await terraform.run(...args, "-input=false", "-no-color");
      const calls = await providerCalls(terraform.trace);
      table.add(stage, calls);
      tell(`${stage}: ends with ${code}, ${calls.length} calls of the provider`);
    };
    for (const [index, { document, addresses }] of conversions.entries()) {
      for (const [address, urn] of addresses)
        types.set(address.split(".")[0] ?? "", urn.split("::")[2]?.split("$").at(-1) ?? "");
      terraform.write(document);
      if (index === 0) await terraform.init();
      // What an emulator can't read again doesn't hold up the change.
      const unread = index === 0 ? [] : ["-refresh=false"];
      await run(index === 0 ? "apply" : "change", "apply", "-auto-approve", ...unread);
      await run("refresh", "plan");
    }
    await run("destroy", "destroy", "-auto-approve", "-refresh=false");
  } finally {
    await moto.stop();
  }
  return table.table(`terraform-provider-aws ${options.tools.version}`, (type) => types.get(type));
}

async function main(): Promise<number> {
  const tools = findTools(process.env);
  if (!("terraform" in tools)) {
    tell(`The real provider can't be run here:\n${tools.map((line) => `  ${line}`).join("\n")}`);
    return 2;
  }
  mkdirSync(cache, { recursive: true });
  const schema = await schemaOf(tools, cache);
  const folder = mkdtempSync(join(tmpdir(), "berth-record-"));
  try {
    const found = await record({ tools, schema, until: "destroy" }, folder);
    const before = existsSync(output)
      ? (JSON.parse(readFileSync(output, "utf8")) as RecordedCalls)
      : undefined;
    writeFileSync(output, `${JSON.stringify(merged(found, before), undefined, 2)}\n`);
    tell(`${Object.keys(found.types).length} types of resources`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then((code) => {
  process.exit(code);
});
