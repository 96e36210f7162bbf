/** The long form of the crash test, as a program: `npm run crash -- [--count N] [--seed N] [--world NAME] [--how NAME]`. */
import { parseArgs } from "node:util";
import { crashTest } from "./crash";
import { realEngineWorld, simulatorWorld } from "./worlds";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      world: { type: "string", default: "simulator" },
      how: { type: "string", default: "kill" },
      verbose: { type: "boolean", default: false },
    },
  });
  const how = values.how === "signal" ? "signal" : "kill";
  const count = Number(values.count ?? (how === "kill" ? 200 : 50));
  const world = values.world === "real" ? await realEngineWorld() : simulatorWorld();
  const seed = Number(values.seed);
  process.stdout.write(`${world.name}: ${count} times ${how}, seed ${seed}\n`);
  const started = Date.now();
  try {
    const tell = values.verbose ? (line: string) => void process.stdout.write(`${line}\n`) : undefined;
    const report = await crashTest({ world, seed, count, how, ...(tell === undefined ? {} : { tell }) });
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stdout.write(
      `${report.struck} of ${count} met a run, ${report.pending} in the middle of an operation; ` +
        `${report.faults.length} faults in ${seconds} s\n${report.faults.map((fault) => `  ${fault}\n`).join("")}`,
    );
    process.exitCode = report.faults.length === 0 ? 0 : 1;
    if (report.faults.length > 0) process.stdout.write(`the world stays in ${world.folder}\n`);
    else await world.close();
  } finally {
    if (process.exitCode === 1) process.exit();
  }
}

void main();
