/** Lists in which an entry takes the place of an earlier one of the same key (Compose Specification, "Merge", unique resources). */
import { parsePathOfMount } from "./volumes";
import { pathTable, type Step } from "./path-table";
import { entry, list, mapEntries, type Node, textOf } from "./tree";

/** What tells an entry apart from the others; undefined where that cannot be said. */
type KeyOf = (entry: Node) => string | undefined;

/** What stands before the `=`. */
export function keyOfPair(node: Node): string | undefined {
  return textOf(node)?.split("=", 1)[0];
}

function keyOfExposed(node: Node): string | undefined {
  return node.kind === "scalar" ? node.text : undefined;
}

function keyOfDevice(node: Node): string | undefined {
  const text = textOf(node);
  if (text === undefined) return textOf(entry(node, "target"));
  const parts = text.split(":");
  return parts[1] ?? parts[0];
}

function keyOfEnvFile(node: Node): string | undefined {
  return textOf(node) ?? textOf(entry(node, "path"));
}

function keyOfMount(folder: string): KeyOf {
  return (node) => {
    const source = textOf(node);
    if (source !== undefined) return `${folder}/${source}`;
    return textOf(entry(node, "target")) ?? `${folder}/${textOf(entry(node, "source")) ?? ""}`;
  };
}

function keyOfPort(node: Node): string | undefined {
  if (node.kind === "scalar") return node.text;
  const target = scalarOf(node, "target");
  if (target === undefined) return undefined;
  const host = scalarOf(node, "host_ip") ?? "0.0.0.0";
  // The reference tells the number 443 and the text "443" apart.
  const published = entry(node, "published");
  const isNumber = published?.kind === "scalar" && typeof published.value === "number";
  return `${host}:${isNumber ? "#" : ""}${scalarOf(node, "published") ?? ""}:${target}/${scalarOf(node, "protocol") ?? "tcp"}`;
}

function scalarOf(node: Node, key: string): string | undefined {
  const found = entry(node, key);
  return found?.kind === "scalar" ? found.text : undefined;
}

const table: Step<KeyOf> = pathTable<KeyOf>({
  "networks.*.labels": keyOfPair,
  "networks.*.ipam.options": keyOfPair,
  "services.*.annotations": keyOfPair,
  "services.*.build.args": keyOfPair,
  "services.*.build.additional_contexts": keyOfPair,
  "services.*.build.tags": keyOfPair,
  "services.*.build.labels": keyOfPair,
  "services.*.cap_add": keyOfPair,
  "services.*.cap_drop": keyOfPair,
  "services.*.configs": keyOfMount(""),
  "services.*.deploy.labels": keyOfPair,
  "services.*.devices": keyOfDevice,
  "services.*.dns": keyOfPair,
  "services.*.dns_opt": keyOfPair,
  "services.*.dns_search": keyOfPair,
  "services.*.environment": keyOfPair,
  "services.*.env_file": keyOfEnvFile,
  "services.*.expose": keyOfExposed,
  "services.*.labels": keyOfPair,
  "services.*.links": keyOfPair,
  "services.*.networks.*.aliases": keyOfPair,
  "services.*.networks.*.link_local_ips": keyOfPair,
  "services.*.ports": keyOfPort,
  "services.*.profiles": keyOfPair,
  "services.*.secrets": keyOfMount("/run/secrets"),
  "services.*.sysctls": keyOfPair,
  "services.*.tmpfs": keyOfPair,
  "services.*.volumes": parsePathOfMount,
});

/** The tree, with the last entry for each key in the place of the first. */
export function enforceUnique(root: Node): Node {
  return enforce(root, table);
}

function enforce(node: Node, step: Step<KeyOf> | undefined): Node {
  if (step === undefined || node.kind === "scalar") return node;
  if (node.kind === "list")
    return step.rule === undefined ? node : list(uniqueBy(node.items, step.rule), node.at);
  return mapEntries(node, (value, key) => enforce(value, step.next(key)));
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
