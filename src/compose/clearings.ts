/** `!reset` and `!override`: what a file takes away from what it is laid over (Compose Specification, "Merge"). */
import type { Node } from "./tree";

/** The keys that a file says are to be cleared (`!reset`) or replaced (`!override`) in what it is laid over. */
export type Clearings = ReadonlyMap<string, Clearings | "clear">;

/** Takes away from a tree what the clearings of a file laid over it name. */
export function clear(target: Node, clearings: Clearings): Node {
  if (target.kind !== "map" || clearings.size === 0) return target;
  const entries = new Map(target.entries);
  for (const [key, clearing] of clearings) {
    const value = entries.get(key);
    if (value === undefined) continue;
    if (clearing === "clear") entries.delete(key);
    else entries.set(key, clear(value, clearing));
  }
  return { ...target, entries };
}

/** The clearings below a path of keys. */
export function clearingsAt(clearings: Clearings, ...keys: readonly string[]): Clearings {
  let found: Clearings | "clear" | undefined = clearings;
  for (const key of keys) found = found === "clear" ? undefined : found?.get(key);
  return found === undefined || found === "clear" ? new Map() : found;
}
