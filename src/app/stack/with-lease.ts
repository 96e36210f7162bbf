/** A run that changes a stack has its lease from before the engine's first look until its state is kept. */
import { BerthError, messageOf } from "../../errors";
import type { Engine, StackIdentity } from "../../ports";
import type { Deps } from "../deps";
import { keepState, lastKept } from "./history";
import { removeRecord } from "./run-records";
import { beginRun } from "./runs";
import { keepView } from "./views";

/**
 * Takes the stack for this run, clears it of what runs that were killed have left, and frees it whatever happens to the
 * run. The record of the last success goes: the result of this run is not known yet.
 *
 * @param command - what the lease and the history call the run
 * @throws BerthError (locked) where another run has locked the stack
 */
export async function withLease<T>(
  stack: StackIdentity,
  command: string,
  deps: Deps,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const leases = await deps.leases();
  const records = await deps.records();
  const { ending, progress } = deps;
  // First of all: a run that is killed with the lease in its hand must not be followed by one that takes the short cut.
  await removeRecord(records, stack);
  const lease = await leases.take(stack, command, (why) => {
    ending.end(new BerthError("cancelled", `The run was ended: ${why}`, { signal: "SIGTERM" }));
  });
  try {
    await orWarn("the history has no record of this run", deps, async () => {
      const begun = { ...(await deps.origin()), command };
      await beginRun(records, stack, begun);
      deps.learned.run = { identity: stack, begun };
    });
    const engine = await deps.engine();
    await engine.recover({
      ...stack,
      after: lease.after,
      onEvent: progress.engine,
      signal: ending.signal,
      hasten: ending.hasten,
      lastGood: () => lastKept(records, stack),
      note: progress.note,
    });
    await lease.cleared();
    try {
      return await work(engine);
    } finally {
      await orWarn("the state could not be kept", deps, async () => {
        await keepState(records, stack, command, await engine.exportState(stack), deps.clock.now());
      });
      await orWarn("the stack's summary could not be kept", deps, async () => {
        await keepView(records, stack, await deps.stateVersion(stack), engine, deps.clock.now());
      });
    }
  } finally {
    await orWarn("the lease could not be freed, and the next run breaks it", deps, () => lease.free());
  }
}

/** The outcome of a run is final, also where what follows it fails. */
async function orWarn(what: string, { progress }: Deps, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    progress.note(`warning: ${what}: ${messageOf(error)}`);
  }
}
