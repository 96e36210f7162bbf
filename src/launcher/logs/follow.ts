/** Following logs: what comes in, line by line, each once, over lost connections. */
import { messageOf } from "../../errors";
import type { LogEvent } from "../../ports";
import type { Look, ReadDeps } from "./selection";

/** Milliseconds between two looks for new lines: FilterLogEvents is bounded for a whole account (CloudWatch Logs User Guide, Quotas). */
const pollInterval = 2_000;
/** Milliseconds before the next look after one that failed; doubled each time. */
const waits = { first: 2_000, longest: 30_000 };
/**
 * Milliseconds for which a line may come in late: the log driver sends in batches, and tasks send on their own.
 * A look begins so long before the newest line that was seen.
 */
const lateness = 10_000;
/** Lines that are remembered before the old ones among them are looked for. */
const mostKept = 10_000;

/**
 * Prints what comes in until the signal is aborted, or until everything before `selection.until` was read.
 * A lost connection is waited for.
 *
 * @throws BerthError (deployment) where AWS refuses
 */
export async function followLogs(
  followed: readonly Followed[],
  deps: ReadDeps,
  options: { readonly until?: number; readonly ended?: () => boolean } = {},
): Promise<void> {
  let wait = waits.first;
  let lost = false;
  while (!deps.signal.aborted) {
    // Asked before the look: what is written until then is still read.
    const last = options.ended?.() === true || (options.until ?? Infinity) <= deps.clock.now();
    try {
      for (const one of followed) await one.look(deps);
      if (lost) deps.note("the logs are there again");
      lost = false;
      wait = waits.first;
      if (last) return;
      await sleep(deps, pollInterval);
    } catch (error) {
      if (deps.transient?.(error) !== true) throw error;
      if (!lost) deps.note(`the logs can't be read, and are tried again: ${messageOf(error)}`);
      lost = true;
      await sleep(deps, wait);
      wait = Math.min(wait * 2, waits.longest);
    }
  }
}

/** What was printed of a group of late, so that each line is printed once. */
export class Followed {
  readonly #look: Look;
  /** How often each line was printed; lines older than a look's beginning are forgotten. */
  readonly #printed = new Map<string, { readonly time: number; count: number }>();
  #newest: number;

  constructor(look: Look) {
    this.#look = look;
    this.#newest = look.query.since ?? 0;
  }

  /** Notes a line that was printed. */
  keep(event: LogEvent): void {
    const key = keyOf(event);
    const known = this.#printed.get(key);
    if (known === undefined) this.#printed.set(key, { time: event.time, count: 1 });
    else known.count += 1;
    this.#newest = Math.max(this.#newest, event.time);
    if (this.#printed.size > mostKept) this.#forget();
  }

  /**
   * Passes over what is there and was not asked for, so that a look finds only what comes after it.
   *
   * @param time - milliseconds since the epoch: where nothing was read, what is older does not count
   */
  async passOver({ logs }: Pick<ReadDeps, "logs">, time?: number): Promise<void> {
    this.#newest = Math.max(this.#newest, time ?? 0);
    const before = this.#newest;
    const counts = new Map<string, { time: number; count: number }>();
    for await (const page of logs.pages({ ...this.#look.query, since: this.#since() })) {
      for (const event of page) {
        if (event.time > before || !this.#look.wanted(event)) continue;
        const key = keyOf(event);
        counts.set(key, { time: event.time, count: (counts.get(key)?.count ?? 0) + 1 });
      }
    }
    for (const [key, { time: at, count }] of counts)
      this.#printed.set(key, { time: at, count: Math.max(count, this.#printed.get(key)?.count ?? 0) });
  }

  /** Reads the end of the group again and prints the lines that were not there before. */
  async look({ logs, signal, print }: ReadDeps): Promise<void> {
    const since = this.#since();
    this.#forget();
    const seen = new Map<string, number>();
    for await (const page of logs.pages({ ...this.#look.query, since })) {
      for (const event of page) {
        if (signal.aborted) return;
        if (!this.#look.wanted(event)) continue;
        const key = keyOf(event);
        const count = (seen.get(key) ?? 0) + 1;
        seen.set(key, count);
        if (count <= (this.#printed.get(key)?.count ?? 0)) continue;
        this.keep(event);
        print(event);
      }
    }
  }

  /** What a look does not reach again. */
  #forget(): void {
    const since = this.#since();
    for (const [key, { time }] of this.#printed) if (time < since) this.#printed.delete(key);
  }

  #since(): number {
    return Math.max(this.#look.query.since ?? 0, this.#newest - lateness);
  }
}

/** Two lines may be the same in all of it: they are counted. */
function keyOf({ time, stream, message }: LogEvent): string {
  return `${stream}\0${time}\0${message}`;
}

/** A sleep that an abort ends, whether the clock rejects then or not. */
async function sleep({ clock, signal }: ReadDeps, milliseconds: number): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
