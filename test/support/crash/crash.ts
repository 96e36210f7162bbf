/** Kills, and signals, at random moments; after each of them the next run has to find its way without help. */
import { berthCd, type Blow, type Run } from "./processes";
import { differences, variants, writeVariant, type CrashWorld, type Standing } from "./worlds";

export interface CrashOptions {
  readonly world: CrashWorld;
  /** The moments and the commands follow from it. */
  readonly seed: number;
  readonly count: number;
  readonly how: "kill" | "signal";
  /** Told of each blow. */
  readonly tell?: (line: string) => void;
}

export interface CrashReport {
  /** Blows that met a run which had not ended by itself. */
  readonly struck: number;
  /** Runs that the engine was in the middle of: an operation was left open. */
  readonly pending: number;
  /** What is wrong, with the number of the blow; nothing in a good world. */
  readonly faults: readonly string[];
}

/** A small generator of random numbers from 0 to 1 (mulberry32), so that a seed is the whole story. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Milliseconds that a run of each kind took last; a blow falls within them. */
class Durations {
  readonly #known = new Map<string, number>();

  note(argv: readonly string[], { milliseconds }: Run): void {
    this.#known.set(argv[0] ?? "", milliseconds);
  }

  of(argv: readonly string[]): number {
    return this.#known.get(argv[0] ?? "") ?? 1_500;
  }
}

export async function crashTest(options: CrashOptions): Promise<CrashReport> {
  const { world, count, how } = options;
  const random = randomFrom(options.seed);
  const durations = new Durations();
  const faults: string[] = [];
  const seen = { struck: 0, pending: 0 };
  for (let number = 1; number <= count && faults.length < 5; number++) {
    const argv = nextCommand(world, random);
    const blow = nextBlow(how, durations.of(argv), random);
    const run = await berthCd(world, argv, blow);
    const isStruck = run.signal !== null || (run.code !== 0 && how === "signal");
    if (isStruck) seen.struck += 1;
    else if (run.code === 0) durations.note(argv, run);
    const between = await world.standing();
    if (between.pending > 0) seen.pending += 1;
    if (how === "signal")
      faults.push(...faultsOfEnd(run, blow, between).map((fault) => `${number}: ${fault}`));
    const recovery = nextCommand(world, random);
    const next = await berthCd(world, recovery);
    durations.note(recovery, next);
    const found = faultsOfRecovery(next, recovery, await world.standing());
    faults.push(
      ...found.map(
        (fault) =>
          `${number}: ${argv[0]} ${blow.signal} after ${Math.round(blow.after)} ms, then ${recovery[0]}: ${fault}`,
      ),
    );
    options.tell?.(
      `${number}/${count} ${argv[0]} ${isStruck ? `${blow.signal} after ${Math.round(blow.after)} ms` : "was over before"}, ` +
        `${between.pending} open; ${recovery[0]} in ${next.milliseconds} ms${found.length === 0 ? "" : `: ${found.join("; ")}`}`,
    );
  }
  return { ...seen, faults };
}

/** Mostly deployments of one of the projects, else a destroy. */
function nextCommand(world: CrashWorld, random: () => number): readonly string[] {
  writeVariant(world, Math.floor(random() * variants.length));
  // The file system would outlive the stack.
  return random() < 0.7 ? ["up"] : ["destroy", "--allow-data-loss", "volumes"];
}

function nextBlow(how: CrashOptions["how"], duration: number, random: () => number): Blow {
  const after = random() * duration;
  if (how === "kill") return { signal: "SIGKILL", after, whole: random() < 0.75 };
  return { signal: random() < 0.5 ? "SIGTERM" : "SIGINT", after };
}

/** `destroy` of a stack that was never made is refused, and that is right. */
function isNoStack(run: Run): boolean {
  return run.code === 2 && run.stderr.includes("there is no stack");
}

/** A run that was told to end leaves no lock and nothing open, and says so with its exit code. */
function faultsOfEnd(run: Run, blow: Blow, after: Standing): readonly string[] {
  const code = blow.signal === "SIGINT" ? 130 : 143;
  // Before Node has come to listen, the signal ends it as it ends every process.
  const ended = run.code === code || run.signal === blow.signal || run.code === 0 || isNoStack(run);
  return [
    ...(ended ? [] : [`exit code ${run.code}, not ${code}: ${lastOf(run.stderr)}`]),
    ...differences(after),
    ...(after.locks.length === 0 ? [] : [`a lock stays: ${after.locks.join(", ")}`]),
    ...(after.pending === 0 ? [] : [`${after.pending} operations stay open`]),
  ];
}

function faultsOfRecovery(run: Run, argv: readonly string[], after: Standing): readonly string[] {
  if (isNoStack(run)) return [];
  return [
    ...(run.code === 0 ? [] : [`exit code ${run.code}: ${lastOf(run.stderr)}`]),
    ...differences(after),
    ...(argv[0] === "destroy" && run.code === 0 && after.cloud.length > 0
      ? ["something outlived a destroy"]
      : []),
    ...(after.locks.length === 0 ? [] : [`a lock stays: ${after.locks.join(", ")}`]),
    ...(after.pending === 0 ? [] : [`${after.pending} operations stay open`]),
  ];
}

function lastOf(text: string): string {
  return text.trim().split("\n").slice(-6).join(" | ");
}
