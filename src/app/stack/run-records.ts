/** What the last successful run of a stack was made of; it is beside the state (docs/design.md, Unchanged runs). */
import type { StackIdentity, TextStore } from "../../ports";
import { anything, listOf, mapOf, orElse, record, text, whole, type Shaped } from "../../ports/shape";
import { parsedBy } from "./parsed";

const recordShape = record({
  /** sha256 over everything that a deployment depends on. */
  fingerprint: text,
  /** The engine's `stateVersion` right after that run. */
  stateVersion: text,
  /** Resources of the stack. */
  resourceCount: whole,
  /** The stack's outputs. */
  outputs: mapOf(anything),
  /** What was reported of its stores, whose state only an engine knows. */
  storeWarnings: orElse(listOf(record({ path: text, message: text })), () => []),
});

export type RunRecord = Readonly<Shaped<typeof recordShape>>;

function keyOf(stack: StackIdentity): string {
  return `records/${stack.project}/${stack.stack}.json`;
}

/** The record, `undefined` where there is none, or none that can be read: then the engine has to look. */
export async function readRecord(store: TextStore, stack: StackIdentity): Promise<RunRecord | undefined> {
  return parsedBy(recordShape, await store.read(keyOf(stack)));
}

export async function writeRecord(
  store: TextStore,
  stack: StackIdentity,
  done: Omit<RunRecord, "storeWarnings"> & Partial<RunRecord>,
): Promise<void> {
  await store.write(keyOf(stack), `${JSON.stringify(done)}\n`);
}

/** Nothing of a failed or destroyed stack is "unchanged". */
export async function removeRecord(store: TextStore, stack: StackIdentity): Promise<void> {
  await store.remove(keyOf(stack));
}
