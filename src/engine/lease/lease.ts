/**
 * One run at a time on a stack (docs/design.md, Runs that survive). The lease is beside the state as `leases/<project>/<stack>/<n>.json`.
 * Its number grows with each holder, and the highest one counts: to take the lease is to create the next number, which
 * the store lets exactly one of any number of runs do, on S3 and on files alike. Only its own run writes a number again
 * (the heartbeat); only lower ones are ever removed. So nobody needs to write over what another may be writing.
 */
import { randomUUID } from "node:crypto";
import { BerthError } from "../../errors";
import type {
  Cancellation,
  Clock,
  Lease,
  LeaseHolder,
  Leases,
  RunOwners,
  StackIdentity,
  TextStore,
} from "../../ports";
import { describeHolder, isOver, leasedError, parseLease, unreadableError, type LeaseRecord } from "./record";

export interface StackLeasesOptions {
  readonly store: TextStore;
  readonly owners: RunOwners;
  readonly clock: Clock;
  /** Berth's. */
  readonly version: string;
  /** Told of what is broken. */
  readonly note: (message: string) => void;
}

/** Milliseconds between two signs of life, in which a run also looks whether it is to end. */
const heartbeatEvery = 10_000;

/** Milliseconds that a run which was asked to end has for it: ECS's longest stop timeout, and two heartbeats. */
const endWithin = 140_000;

/** Milliseconds between two looks at a run that is to end. */
const lookEvery = 500;

/** How often a lease is tried again that others take and free meanwhile. */
const attempts = 20;

/** The lease as it is now. */
interface CurrentLease extends LeaseRecord {
  /** 0 where there was never one. */
  readonly number: number;
}

export class StackLeases implements Leases {
  constructor(private readonly options: StackLeasesOptions) {}

  async take(stack: StackIdentity, command: string, end: (reason: string) => void): Promise<Lease> {
    const { clock, version } = this.options;
    const self = await this.options.owners.self();
    for (let attempt = 0; attempt < attempts; attempt++) {
      const current = await this.#current(stack);
      if (current.isUnreadable === true) throw unreadableError(stack, keyOf(stack, current.number));
      if (current.holder !== undefined) await this.#refuseLiving(stack, current.holder);
      const since = new Date(clock.now()).toISOString();
      const holder = { ...self, id: randomUUID(), command, version, since, heartbeat: since };
      const after = [...current.after, ...(current.holder === undefined ? [] : [current.holder])];
      const number = current.number + 1;
      if (!(await this.#create(stack, number, { holder, after }))) continue;
      if (current.holder !== undefined) {
        this.options.note(
          `The run that had locked the stack is gone: the lease of ${describeHolder(current.holder)} is broken`,
        );
      }
      return new TakenLease(this.options, stack, number, holder, after, end);
    }
    throw new BerthError("locked", {
      path: `${stack.project}/${stack.stack}`,
      message: "other runs lock the stack again and again",
      hint: "run again when they have ended",
    });
  }

  async holder(stack: StackIdentity): Promise<LeaseHolder | "unknown" | undefined> {
    const { isUnreadable, holder } = await this.#current(stack);
    return isUnreadable === true ? "unknown" : holder;
  }

  async cancel(stack: StackIdentity, force: boolean, note: (message: string) => void): Promise<Cancellation> {
    const current = await this.#current(stack);
    const { holder } = current;
    if (current.isUnreadable === true) {
      if (!force) throw unreadableError(stack, keyOf(stack, current.number));
      await this.#create(stack, current.number + 1, { after: [] });
      return "broken";
    }
    if (holder === undefined) return "nothing to cancel";
    if (force || (await this.options.owners.liveness(holder)) === "gone") {
      await this.#create(stack, current.number + 1, { after: [...current.after, holder] });
      return "broken";
    }
    note(`Asking ${describeHolder(holder)} to end`);
    if (!(await this.options.owners.end(holder))) {
      await this.options.store.write(markKey(stack, current.number), `${JSON.stringify({ end: true })}\n`);
    }
    return this.#ended(stack, current.number, holder);
  }

  /** Waits until the run has freed its lease, or is gone. */
  async #ended(stack: StackIdentity, number: number, holder: LeaseHolder): Promise<Cancellation> {
    const { clock, owners } = this.options;
    const until = clock.now() + endWithin;
    do {
      const now = await this.#current(stack);
      if (now.number > number || now.holder === undefined) return "ended";
      if ((await owners.liveness(holder)) === "gone") return this.cancel(stack, false, () => undefined);
      await clock.sleep(lookEvery);
    } while (clock.now() < until);
    throw new BerthError("locked", {
      path: `${stack.project}/${stack.stack}`,
      message: `${describeHolder(holder)} was asked to end, and has not in ${endWithin / 1000} s; its last sign of life was at ${holder.heartbeat}`,
      hint: "if you know that it is gone: berth-cd cancel --force",
    });
  }

  async #refuseLiving(stack: StackIdentity, holder: LeaseHolder): Promise<void> {
    const life = await this.options.owners.liveness(holder);
    const now = this.options.clock.now();
    if (life === "gone" || (life === "unknown" && isOver(holder, now))) return;
    throw leasedError(stack, holder, life === "alive", now);
  }

  async #current(stack: StackIdentity): Promise<CurrentLease> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const number = highest(await this.options.store.list(folderOf(stack)));
      if (number === 0) return { number, after: [] };
      const text = await this.options.store.read(keyOf(stack, number));
      // Removed since it was listed: there is a higher one.
      if (text !== undefined) return { number, ...parseLease(text) };
    }
    throw new BerthError("bug", "the lease changes faster than it can be read");
  }

  /** @returns whether the number is now this run's, and the highest */
  async #create(stack: StackIdentity, number: number, record: LeaseRecord): Promise<boolean> {
    const { store } = this.options;
    if (!(await store.create(keyOf(stack, number), textOf(record)))) return false;
    const keys = await store.list(folderOf(stack));
    // Who slept since it looked may have created a number that was long over.
    const isOurs = highest(keys) === number;
    const over = isOurs ? keys.filter((key) => numberOf(key) < number) : [keyOf(stack, number)];
    await Promise.all(over.map((key) => store.remove(key)));
    return isOurs;
  }
}

/** A lease of this run; its heartbeat goes on until it is freed. */
class TakenLease implements Lease {
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;
  #after: readonly LeaseHolder[];
  #isOurs = true;
  #isAsked = false;

  constructor(
    private readonly options: StackLeasesOptions,
    private readonly stack: StackIdentity,
    private readonly number: number,
    private readonly holder: LeaseHolder,
    after: readonly LeaseHolder[],
    private readonly end: (reason: string) => void,
  ) {
    this.#after = after;
    this.#beating = this.#beat();
  }

  get after(): readonly LeaseHolder[] {
    return this.#after;
  }

  async cleared(): Promise<void> {
    if (this.#after.length === 0) return;
    this.#after = [];
    await this.#write(this.holder);
  }

  async free(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
    if (this.#isOurs) await this.#write(undefined);
  }

  async #beat(): Promise<void> {
    const { clock } = this.options;
    const isOver = (): boolean => this.#stop.signal.aborted;
    while (!isOver()) {
      try {
        await clock.sleep(heartbeatEvery, this.#stop.signal);
        if (!isOver()) await this.#look();
      } catch {
        // A store that can't be reached now will be at the next heartbeat; a run is not ended for a missed one.
      }
    }
  }

  async #look(): Promise<void> {
    const keys = await this.options.store.list(folderOf(this.stack));
    if (highest(keys) !== this.number) {
      this.#isOurs = false;
      this.#ask("berth-cd cancel --force broke its lease");
    } else {
      if (keys.includes(markKey(this.stack, this.number))) this.#ask("berth-cd cancel asked for it");
      await this.#write({ ...this.holder, heartbeat: new Date(this.options.clock.now()).toISOString() });
    }
  }

  #ask(reason: string): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.end(reason);
  }

  async #write(holder: LeaseHolder | undefined): Promise<void> {
    const record = { ...(holder === undefined ? {} : { holder }), after: this.#after };
    await this.options.store.write(keyOf(this.stack, this.number), textOf(record));
  }
}

function folderOf({ project, stack }: StackIdentity): string {
  return `leases/${project}/${stack}`;
}

function keyOf(stack: StackIdentity, number: number): string {
  return `${folderOf(stack)}/${number}.json`;
}

/** What asks the holder of a number to end. */
function markKey(stack: StackIdentity, number: number): string {
  return `${folderOf(stack)}/${number}.end.json`;
}

function numberOf(key: string): number {
  return Number(/\/(\d+)\.(?:end\.)?json$/.exec(key)?.[1] ?? 0);
}

/** The highest number that was taken: a mark has the number of a lease, which stays until a higher one is taken. */
function highest(keys: readonly string[]): number {
  return Math.max(0, ...keys.map(numberOf));
}

function textOf(record: LeaseRecord): string {
  return `${JSON.stringify(record)}\n`;
}
