/** How a program declares many things. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** Things up to which all are declared at once: what a few of them hold is little. */
const few = 24;

/** Things that are declared before the engine has its turn. */
const group = 8;

/**
 * Declares one thing after the other, where there are many a group at a time. What declares a resource holds much until the
 * engine has it (its inputs, and all that awaits them): of 200 services a third of the memory, and collecting it a third of
 * the time. Between two groups the engine takes what it has been given.
 */
export async function inGroups<T>(things: readonly T[], declare: (thing: T) => void): Promise<void> {
  for (const [at, thing] of things.entries()) {
    if (at > 0 && at % group === 0 && things.length > few) await nextTurn();
    declare(thing);
  }
}
