/** What the last successful run of a stack was made of; it lies beside the state (docs/design.md, Unchanged runs). */
import { z } from "zod";
import type { StackIdentity, TextStore } from "../../ports";
import { parsedBy } from "./parsed";

const recordSchema = z.object({
  /** sha256 over everything that a deployment depends on. */
  fingerprint: z.string(),
  /** The engine's `stateVersion` right after that run. */
  stateVersion: z.string(),
  /** Resources of the stack. */
  resourceCount: z.int(),
  /** The stack's outputs. */
  outputs: z.record(z.string(), z.unknown()),
  /** What was told of its stores, of which only an engine knows how they stand. */
  storeWarnings: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

export type RunRecord = Readonly<z.infer<typeof recordSchema>>;

function keyOf(stack: StackIdentity): string {
  return `records/${stack.project}/${stack.stack}.json`;
}

/** The record, `undefined` where there is none, or none that can be read: then the engine has to look. */
export async function readRecord(store: TextStore, stack: StackIdentity): Promise<RunRecord | undefined> {
  return parsedBy(recordSchema, await store.read(keyOf(stack)));
}

export async function writeRecord(
  store: TextStore,
  stack: StackIdentity,
  record: Readonly<z.input<typeof recordSchema>>,
): Promise<void> {
  await store.write(keyOf(stack), `${JSON.stringify(record)}\n`);
}

/** Nothing of a failed or destroyed stack is "unchanged". */
export async function removeRecord(store: TextStore, stack: StackIdentity): Promise<void> {
  await store.remove(keyOf(stack));
}
