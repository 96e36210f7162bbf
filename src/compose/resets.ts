/** `!reset` and `!override`: what a file removes from the one that it overrides (Compose Specification, "Merge"). */
import type { Node } from "./tree";

/** The keys that a file says are to be removed (`!reset`) or replaced (`!override`) in the file that it overrides. */
export type Resets = ReadonlyMap<string, Resets | "reset">;

/** Removes from a tree what a file that overrides it resets. */
export function applyResets(target: Node, resets: Resets): Node {
  if (target.kind !== "map" || resets.size === 0) return target;
  const entries = new Map(target.entries);
  for (const [key, reset] of resets) {
    const value = entries.get(key);
    if (value === undefined) continue;
    if (reset === "reset") entries.delete(key);
    else entries.set(key, applyResets(value, reset));
  }
  return { ...target, entries };
}

/** The resets below a path of keys. */
export function resetsAt(resets: Resets, ...keys: readonly string[]): Resets {
  let found: Resets | "reset" | undefined = resets;
  for (const key of keys) found = found === "reset" ? undefined : found?.get(key);
  return found === undefined || found === "reset" ? new Map() : found;
}
