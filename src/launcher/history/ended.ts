/** How a run of the history ended, and the wait for the end of one that can't be seen from here. */
import { runsOf, type StackRun } from "../../app/stack/runs";
import type { Deps } from "../../app/deps";
import { BerthError } from "../../errors";
import { durationText } from "../../model/duration";
import type { StackIdentity } from "../../ports";
import { harmless } from "../../report/progress/words";

/** Milliseconds between two looks at the record of a run. */
const lookEvery = 2_000;

/** Looks at a record without an end after the stack was unlocked: it is written a moment later. */
const lastLooks = 5;

/** `up succeeded in 4 min 12 s, on 2026-11-25T22:49:13Z`, what it changed, and its error. */
export function endText({ command, started, ended, outcome, error, what }: StackRun): string {
  const took = durationText(Date.parse(ended ?? started) - Date.parse(started));
  const lines = [
    `${harmless(command)} ${outcome ?? "ended"} in ${took}, at ${ended ?? started}`,
    ...what.map(harmless),
    ...(error === undefined ? [] : [`error: ${harmless(error)}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * Waits for the end of a run that no task of the account runs: its record says it.
 *
 * @throws BerthError (deployment) where it was killed: the stack is not locked any more, and no end was written
 */
export async function waitForEnd(
  stack: StackIdentity,
  id: string,
  { records, leases, clock, signal }: Pick<Deps, "records" | "leases" | "clock" | "signal">,
): Promise<StackRun> {
  const [store, leased] = await Promise.all([records(), leases()]);
  for (let free = 0; ;) {
    const run = (await runsOf(store, stack)).find((one) => one.id === id);
    if (run?.ended !== undefined) return run;
    free = (await leased.holder(stack)) === undefined ? free + 1 : 0;
    if (free >= lastLooks || run === undefined) {
      throw new BerthError("deployment", {
        path: id,
        message: "the run was killed: it has unlocked the stack, or is gone, and wrote no end",
        hint: "the next run settles what it left; berth up",
      });
    }
    await clock.sleep(lookEvery, signal);
  }
}
