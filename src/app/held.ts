/** A run that changes a stack holds its lease from before the engine's first look until its state is kept. */
import { BerthError } from "../errors";
import type { Engine, StackIdentity } from "../ports";
import type { Deps } from "./deps";
import { keepState, lastKept } from "./history";

/**
 * Takes the stack for this run, clears it of what runs that were killed have left, and frees it whatever becomes of the run.
 *
 * @param command - what the lease and the history call the run
 * @throws BerthError (locked) where another run holds the stack
 */
export async function held<T>(
  stack: StackIdentity,
  command: string,
  deps: Deps,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const leases = await deps.leases();
  const { ending, progress } = deps;
  const lease = await leases.take(stack, command, (why) => {
    ending.end(new BerthError("cancelled", `The run was ended: ${why}`, { signal: "SIGTERM" }));
  });
  try {
    const engine = await deps.engine();
    const records = await deps.records();
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
      await keepState(records, stack, command, await engine.exportState(stack), deps.clock.now());
    }
  } finally {
    await lease.free();
  }
}
