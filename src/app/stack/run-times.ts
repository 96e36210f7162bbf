/** How long the components of a stack took in its own runs; it is beside the state, and is shown where one begins again. */
import type { ComponentTimes, StackIdentity, TextStore } from "../../ports";
import { amount, mapOf } from "../../ports/shape";
import { parsedBy } from "./parsed";

const timesShape = mapOf(amount);

function keyOf(stack: StackIdentity): string {
  return `records/${stack.project}/${stack.stack}.times.json`;
}

/** @returns none where nothing was kept, or nothing that can be read: it is only shown */
export async function readTimes(store: TextStore, stack: StackIdentity): Promise<ComponentTimes> {
  return parsedBy(timesShape, await store.read(keyOf(stack))) ?? {};
}

/** The last time of each counts: a build, or a rollout, takes what it took before. */
export async function keepTimes(
  store: TextStore,
  stack: StackIdentity,
  times: ComponentTimes,
): Promise<void> {
  if (Object.keys(times).length === 0) return;
  const before = await readTimes(store, stack);
  await store.write(keyOf(stack), `${JSON.stringify({ ...before, ...times })}\n`);
}
