// What the benches measure with: processes from start to end, in turn, and the median of each.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment, root } from "../setup.mjs";

const meter = fileURLToPath(new URL("meter.cjs", import.meta.url));

/**
 * A command to its end, without the stack and the project of who runs the bench.
 *
 * @param by - the start of a command that runs it
 * @throws Error with what it said where it does not end with 0
 */
function ended(command, env, by = []) {
  const [program, ...args] = [...by, ...command];
  const done = spawnSync(program, args, {
    env: childEnvironment({ BERTH_STACK: undefined, BERTH_PROJECT: undefined, ...env }),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${command.join(" ")}: ${done.status}\n${done.stderr}`);
  return done;
}

/**
 * What a command's process took.
 *
 * @returns seconds by the clock (`wall`) and of the processors (`cpu`)
 * @throws Error with what it said where it does not end with 0
 */
export function measuredProgram(command, env = {}) {
  // The shell reports what its child has taken, to its very end (POSIX, times).
  const script = '"$@"; code=$?; times >&2; exit $code';
  const started = performance.now();
  const { stderr } = ended(command, env, ["sh", "-c", script, "sh"]);
  const wall = (performance.now() - started) / 1000;
  const ofChild = stderr.trim().split("\n").at(-1);
  const cpu = [...ofChild.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * m + Number(s),
    0,
  );
  return { wall, cpu };
}

/** The same of the lockfile's Node, and MiB of memory at its peak (`peak`). */
export function measured(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "berth-meter-"));
  try {
    const file = join(folder, "measured.json");
    const taken = measuredProgram(["node", "--require", meter, ...args], { ...env, BENCH_METER: file });
    return { ...taken, ...JSON.parse(readFileSync(file, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a command writes on stdout. Throws with what it said where it does not end with 0. */
export function outputOfProgram(command, env = {}) {
  return ended(command, env).stdout;
}

/** The same of the lockfile's Node. */
export function outputOf(args, env = {}) {
  return outputOfProgram(["node", ...args], env);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median seconds of each named run. They take turns, so that whatever else the machine does falls on all of them;
 * the first round warms the caches and does not count.
 */
export async function medians(runs, rounds) {
  const seconds = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const taken = await run(round);
      if (round > 0) seconds[name].push(taken);
    }
  }
  return Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
}

/** The medians of each figure of each named run, which take turns as those of {@link medians} do. */
export async function mediansOf(runs, rounds) {
  const taken = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  await medians(
    Object.fromEntries(
      Object.entries(runs).map(([name, run]) => [
        name,
        async (round) => {
          const figures = await run(round);
          if (round > 0) taken[name].push(figures);
          return figures.wall;
        },
      ]),
    ),
    rounds,
  );
  const of = (all, figure) => median(all.map((one) => one[figure]));
  return Object.fromEntries(
    Object.entries(taken).map(([name, all]) => [
      name,
      { wall: of(all, "wall"), cpu: of(all, "cpu"), peak: of(all, "peak") },
    ]),
  );
}

/** A row of the report: within its budget where the ratio is not above it. */
export function atMost(name, ratio, budget) {
  return { name, ratio, budget, ok: ratio <= budget };
}

/** Runs the work in a temporary folder, which goes with its end. */
export async function inWorkshop(work) {
  const folder = mkdtempSync(join(tmpdir(), "berth-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A module of the bench with the sources that it imports, as one file. */
export async function bundle(entry, outfile, options = {}) {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    keepNames: true,
    logLevel: "error",
    ...options,
  });
}
