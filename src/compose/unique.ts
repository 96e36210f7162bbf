/** What distinguishes the entries of a list (Compose Specification, "Merge", unique resources). A shape names its own. */
import type { KeyOf } from "./schema/shape";
import { entry, type Node, textOf } from "./tree";

/** What precedes the `=`. */
export function keyOfPair(node: Node): string | undefined {
  return textOf(node)?.split("=", 1)[0];
}

export function keyOfExposed(node: Node): string | undefined {
  return node.kind === "scalar" ? node.text : undefined;
}

export function keyOfDevice(node: Node): string | undefined {
  const text = textOf(node);
  if (text === undefined) return textOf(entry(node, "target"));
  const parts = text.split(":");
  return parts[1] ?? parts[0];
}

export function keyOfEnvFile(node: Node): string | undefined {
  return textOf(node) ?? textOf(entry(node, "path"));
}

export function keyOfMount(folder: string): KeyOf {
  return (node) => {
    const source = textOf(node);
    if (source !== undefined) return `${folder}/${source}`;
    return textOf(entry(node, "target")) ?? `${folder}/${textOf(entry(node, "source")) ?? ""}`;
  };
}

export function keyOfPort(node: Node): string | undefined {
  if (node.kind === "scalar") return node.text;
  const target = scalarOf(node, "target");
  if (target === undefined) return undefined;
  const host = scalarOf(node, "host_ip") ?? "0.0.0.0";
  // The reference distinguishes the number 443 from the text "443".
  const published = entry(node, "published");
  const isNumber = published?.kind === "scalar" && typeof published.value === "number";
  return `${host}:${isNumber ? "#" : ""}${scalarOf(node, "published") ?? ""}:${target}/${scalarOf(node, "protocol") ?? "tcp"}`;
}

function scalarOf(node: Node, key: string): string | undefined {
  const found = entry(node, key);
  return found?.kind === "scalar" ? found.text : undefined;
}

/** One entry for each key: the last, in the place of the first; an entry without a key stays. */
export function uniqueBy(items: readonly Node[], keyOf: KeyOf): readonly Node[] {
  const found: Node[] = [];
  const places = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    const place = key === undefined ? undefined : places.get(key);
    if (place !== undefined) {
      found[place] = item;
      continue;
    }
    if (key !== undefined) places.set(key, found.length);
    found.push(item);
  }
  return found;
}
