/** What Berth declares, through the real provider: `npm run provider -- [options]`; the options stand in `usage`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allCases, type ProviderCase } from "./cases";
import { differenceLines, leftOutLines, tableOf, typesOf, type NamedRun } from "./report";
import { faultsOf, runCase } from "./run";
import { stages, type Stage } from "./stages";
import { schemaOf } from "./terraform";
import { findTools } from "./tools";

const usage = `npm run provider -- [--only TEXT]... [--until ${stages.join("|")}] [--keep FOLDER]

Deploys the examples in each mode, with and without a domain, and a part of the corpus, on Berth's simulator, and takes
what was declared through terraform-provider-aws against an emulated AWS. Exit code 1: a fault; 2: a tool is missing.

  --only TEXT     the cases whose name holds the text
  --until STAGE   the last stage (default: destroy)
  --keep FOLDER   where Terraform's configurations, states and logs are left
`;

const cache = join(__dirname, "../../node_modules/.cache/berth-provider");
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

interface Options {
  readonly cases: readonly ProviderCase[];
  readonly until: Stage;
  readonly keep: string | undefined;
}

function optionsOf(argv: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: "string", multiple: true, default: [] },
        until: { type: "string", default: "destroy" },
        keep: { type: "string" },
      },
    });
    const until = stages.find((stage) => stage === values.until);
    if (until === undefined) throw new Error(`--until ${values.until}: there are ${stages.join(", ")}`);
    const cases = allCases().filter(({ name }) => values.only.every((text) => name.includes(text)));
    if (cases.length === 0) throw new Error(`--only ${values.only.join(" ")}: no case has that in its name`);
    return { cases, until, keep: values.keep };
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options === undefined) return 2;
  const tools = findTools(process.env);
  if (!("terraform" in tools)) {
    complain(`The real provider can't be run here:\n${tools.map((line) => `  ${line}`).join("\n")}`);
    return 2;
  }
  mkdirSync(cache, { recursive: true });
  const schema = await schemaOf(tools, cache);
  tell(`terraform-provider-aws ${tools.version}`);
  const runs: NamedRun[] = [];
  for (const wanted of options.cases) {
    const keep =
      options.keep === undefined ? {} : { keep: join(options.keep, wanted.name.replace(/\W+/g, "-")) };
    const run = await runCase(wanted, { tools, schema, until: options.until, ...keep });
    runs.push({ name: wanted.name, run });
    const counts = run.stages.map(({ stage, passed, total }) => `${stage} ${passed.size}/${total.size}`);
    tell(`${wanted.name}: ${counts.join(", ")}`);
    for (const fault of faultsOf(run)) tell(`  FAULT ${fault.slice(0, 2000)}`);
  }
  tell(`\n${tableOf(runs)}\n${typesOf(runs)}`);
  tellList("Left out, since the provider doesn't know it", leftOutLines(runs));
  tellList("The emulator's", differenceLines(runs));
  return runs.some(({ run }) => faultsOf(run).length > 0) ? 1 : 0;
}

function tellList(title: string, lines: readonly string[]): void {
  if (lines.length > 0) tell(`${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

void main().then((code) => {
  process.exit(code);
});
