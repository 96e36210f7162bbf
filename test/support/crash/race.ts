/** Runs that meet: several of one stack in the same instant, and stacks side by side. */
import { program, type Finished } from "../program";
import { differences, writeVariant, type CrashWorld } from "./worlds";

export interface Timed extends Pick<Finished, "code" | "stderr"> {
  /** From the process's start to its end. */
  readonly milliseconds: number;
}

export interface Race {
  readonly winners: readonly Timed[];
  /** Those that were told who holds the stack. */
  readonly losers: readonly Timed[];
  /** What is wrong; nothing in a good world. */
  readonly faults: readonly string[];
}

/** Who holds the stack, since when, and what ends it. */
const refusal =
  /crash\/dev: the stack is locked by berth-cd up .* \(process \d+\) since .*\n.*berth-cd cancel/;

/** Starts one more run, in the stack of that name. */
export async function inStack(
  world: CrashWorld,
  stack: string,
  argv: readonly string[] = ["up"],
  env: Readonly<Record<string, string>> = {},
): Promise<Timed> {
  const started = Date.now();
  const { code, stderr } = await program("berth-cd", [...argv, ...world.flags, "project"], {
    cwd: world.folder,
    env: { ...world.env, ...env, BERTH_STACK: stack },
  });
  return { code, stderr, milliseconds: Date.now() - started };
}

/** Of so many runs of one stack one deploys it, and the others are told so. The stack has to be a new one. */
export async function race(world: CrashWorld, count: number): Promise<Race> {
  writeVariant(world, 0);
  const runs = await Promise.all(Array.from({ length: count }, () => inStack(world, "dev")));
  const winners = runs.filter(({ code }) => code === 0);
  const losers = runs.filter(({ code }) => code === 6);
  const standing = await world.standing();
  return {
    winners,
    losers,
    faults: [
      ...(winners.length === 1 ? [] : [`${winners.length} runs deployed the stack`]),
      ...runs
        .filter(({ code, stderr }) => code !== 0 && !(code === 6 && refusal.test(stderr)))
        .map(({ code, stderr }) => `exit code ${code}: ${stderr.trim()}`),
      ...differences(standing),
      ...standing.locks.map((lock) => `a lock stays: ${lock}`),
    ],
  };
}

/** So many stacks at once. @returns what is wrong with those that did not come up */
export async function sideBySide(world: CrashWorld, count: number): Promise<readonly string[]> {
  writeVariant(world, 1);
  const clouds: Readonly<Record<string, string>>[] = [];
  while (clouds.length < count) clouds.push(await world.forStack());
  const runs = await Promise.all(clouds.map((env, index) => inStack(world, `pr-${index}`, ["up"], env)));
  return runs
    .filter(({ code }) => code !== 0)
    .map(({ code, stderr }) => `exit code ${code}: ${stderr.trim().split("\n").slice(-6).join(" | ")}`);
}
