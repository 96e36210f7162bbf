/** What Berth declares, through the real provider: `npm run provider -- [options]`; the options stand in `usage`. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allCases, type ProviderCase } from "./cases";
import { countsByStage, differenceLines, leftOutLines, tableOf, type NamedRun } from "./report";
import { faultsOf, type CaseRun } from "./run";
import { stages, type Stage } from "./stages";
import { toolNames, wayOf, type ToolName, type Way } from "./ways";

const usage = `npm run provider -- [--only TEXT]... [--until ${stages.join("|")}] [--with terraform|pulumi]
                        [--jobs N] [--keep FOLDER] [--if-here]

Deploys the examples in each mode, with and without a domain, and a part of the corpus, on Berth's simulator, and takes
what was declared through terraform-provider-aws against an emulated AWS. Exit code 1: a fault; 2: a tool is missing.

  --only TEXT     the cases whose name holds the text
  --until STAGE   the last stage (default: destroy)
  --with TOOL     Terraform, or Pulumi's engine with its own plugin (default: the first that is here)
  --jobs N        how many cases at once (default: 1); each takes about 1 GB of memory
  --if-here       a tool that is missing is told, and is no failure
  --keep FOLDER   where Terraform's configurations, states and logs are left, in place of an earlier run's
`;

const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

interface Options {
  readonly cases: readonly ProviderCase[];
  readonly until: Stage;
  /** Absent where the first that is here is taken. */
  readonly tool: ToolName | undefined;
  readonly jobs: number;
  readonly keep: string | undefined;
  readonly ifHere: boolean;
}

function optionsOf(argv: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: "string", multiple: true, default: [] },
        until: { type: "string", default: "destroy" },
        with: { type: "string" },
        jobs: { type: "string", default: "1" },
        keep: { type: "string" },
        "if-here": { type: "boolean", default: false },
      },
    });
    const until = stages.find((stage) => stage === values.until);
    if (until === undefined) throw new Error(`--until ${values.until}: there are ${stages.join(", ")}`);
    const tool = toolNames.find((name) => name === values.with);
    if (values.with !== tool)
      throw new Error(`--with ${values.with ?? ""}: there are ${toolNames.join(", ")}`);
    const jobs = Number(values.jobs);
    if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs ${values.jobs}: it is a number from 1`);
    const cases = allCases().filter(({ name }) => values.only.every((text) => name.includes(text)));
    if (cases.length === 0) throw new Error(`--only ${values.only.join(" ")}: no case has that in its name`);
    return { cases, until, tool, jobs, keep: values.keep, ifHere: values["if-here"] };
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options === undefined) return 2;
  const way = await wayOf(options.tool, options.until);
  if (!("prepare" in way) && options.ifHere) {
    tell(`skipped, ${options.cases.map(({ name }) => `"${name}"`).join(" and ")}: ${way.join("; ")}`);
    return 0;
  }
  if (!("prepare" in way)) {
    complain(`The real provider can't be run here:\n${way.map((line) => `  ${line}`).join("\n")}`);
    return 2;
  }
  tell(way.name);
  const runs = await runAll(options, way);
  tell(`\n${tableOf(runs)}\n${countsByStage(runs)}`);
  tellList("Left out, since the provider doesn't know it", leftOutLines(runs));
  tellList("What is the emulator's", differenceLines(runs));
  return runs.some(({ run }) => faultsOf(run).length > 0) ? 1 : 0;
}

function tellList(title: string, lines: readonly string[]): void {
  tell(`${title}:\n${(lines.length > 0 ? lines : ["nothing"]).map((line) => `  ${line}`).join("\n")}`);
}

/** The results in the order of the cases; each is told as it comes. */
async function runAll({ cases, jobs, keep }: Options, way: Way): Promise<readonly NamedRun[]> {
  const runs = new Map<string, NamedRun>();
  const underWay = new Set<Promise<void>>();
  for (const wanted of cases) {
    const { name } = wanted;
    const start = await prepared(way, wanted);
    while (underWay.size >= jobs) await Promise.race(underWay);
    const job: Promise<void> = start(keep === undefined ? undefined : join(keep, name.replace(/\W+/g, "-")))
      .catch(failed)
      .then((run) => {
        runs.set(name, { name, run });
        tellRun({ name, run });
        underWay.delete(job);
      });
    underWay.add(job);
  }
  await Promise.all(underWay);
  return cases.flatMap(({ name }) => runs.get(name) ?? []);
}

type Start = Awaited<ReturnType<Way["prepare"]>>;

/** A case that Berth refuses is a fault, and keeps no other from its run. */
async function prepared(way: Way, wanted: ProviderCase): Promise<Start> {
  try {
    return await way.prepare(wanted);
  } catch (error) {
    return () => Promise.resolve(failed(error));
  }
}

function failed(error: unknown): CaseRun {
  return { stages: [], failure: String(error) };
}

function tellRun({ name, run }: NamedRun): void {
  const counts = run.stages.map(({ stage, passed, total }) => `${stage} ${passed.size}/${total.size}`);
  tell(`${name}: ${counts.join(", ")}`);
  for (const fault of faultsOf(run)) tell(`  FAULT ${fault.slice(0, longest)}`);
}

/** Characters of a fault that are printed: a plan may hold a whole policy. */
const longest = 2000;

void main().then((code) => {
  process.exit(code);
});
