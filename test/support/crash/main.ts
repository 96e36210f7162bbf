/** The long form of the crash test, as a program: `npm run crash -- [--count N] [--seed N] [--world NAME] [--how NAME]`. */
import { parseArgs } from "node:util";
import { program } from "../program";
import { crashTest } from "./crash";
import { race, sideBySide, type Timed } from "./race";
import { realEngineOnS3, realEngineWorld } from "./real-worlds";
import { simulatorWorld, type CrashWorld } from "./worlds";

/** How many of each, unless it is said. */
const counts = { kill: 200, signal: 50, race: 10 } as const;
type How = keyof typeof counts;

/** So much of AWS's latencies that a run is in nobody's way by the time the last of ten has started. */
const slow = 0.02;

/** What a run of the program came to. */
interface Told {
  readonly text: string;
  readonly faults: readonly string[];
}

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

async function strike(
  world: CrashWorld,
  options: { readonly how: "kill" | "signal"; readonly count: number; readonly seed: number },
  verbose: boolean,
): Promise<Told> {
  const report = await crashTest({ world, ...options, ...(verbose ? { tell } : {}) });
  const text = `${report.struck} of ${options.count} met a run, ${report.pending} in the middle of an operation`;
  return { text, faults: report.faults };
}

/** Runs that meet. How long a loser takes is told beside what a run of its machine costs that does nothing. */
async function meet(world: CrashWorld, count: number, stacks: number): Promise<Told> {
  const started = Date.now();
  await Promise.all(
    Array.from({ length: count }, () => program("berth-cd", ["version"], { env: world.env })),
  );
  const nothing = Date.now() - started;
  const { winners, losers, faults } = await race(world, count);
  const times = losers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const middle = times[Math.floor(times.length / 2)] ?? 0;
  const longest = times.at(-1) ?? 0;
  const beside = await sideBySide(world, stacks);
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
  const of = (run: Timed | undefined): string =>
    run === undefined ? "none" : `${seconds(run.milliseconds)} s`;
  return {
    text:
      `${winners.length} of ${count} deployed (${of(winners[0])}), ${losers.length} were told who does, after ` +
      `${seconds(middle)} s (median) and ${seconds(longest)} s (longest); ${count} times "version" at once: ` +
      `${seconds(nothing)} s, ratio ${(longest / nothing).toFixed(1)}; ${stacks - beside.length} of ${stacks} stacks at once came up`,
    faults: [...faults, ...beside],
  };
}

function worldOf(name: string, how: How): Promise<CrashWorld> {
  const scale = how === "race" ? [slow] : [];
  if (name === "real") return realEngineWorld(...scale);
  if (name === "s3") return realEngineOnS3(...scale);
  return Promise.resolve(simulatorWorld(...scale));
}

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
  const how = Object.keys(counts).find((one): one is How => one === values.how) ?? "kill";
  const count = Number(values.count ?? counts[how]);
  const seed = Number(values.seed);
  const world = await worldOf(values.world, how);
  tell(`${world.name}: ${count} times ${how}, seed ${seed}`);
  const started = Date.now();
  try {
    // An engine and a cloud for each stack, where the engine is the real one; and one emulator for all of their states.
    const stacks = { simulator: count, real: 4, s3: 2 }[values.world] ?? count;
    const told =
      how === "race"
        ? await meet(world, count, stacks)
        : await strike(world, { how, count, seed }, values.verbose);
    const elapsed = Math.round((Date.now() - started) / 1000);
    tell([`${told.text}; ${told.faults.length} faults in ${elapsed} s`, ...told.faults].join("\n  "));
    process.exitCode = told.faults.length === 0 ? 0 : 1;
    if (told.faults.length > 0) tell(`the world stays in ${world.folder}`);
    else await world.close();
  } finally {
    if (process.exitCode === 1) process.exit();
  }
}

void main();
