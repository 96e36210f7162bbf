/** The rules by which two values of a key are merged (Compose Specification, "Merge"). A shape names the one of its key. */
import { LoadProblem } from "./load-problem";
import { type Shape, shapeBelow } from "./schema/shape";
import {
  compareText,
  entry,
  fingerprint,
  isNull,
  list,
  type Mapping,
  mapping,
  movedTo,
  type Node,
  nothing,
  scalar,
} from "./tree";
import { uniqueBy, keyOfPair } from "./unique";

/** Merges as the shape says; without a shape, or a rule in it, {@link mergeByKind}. */
export function merge(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  return (shape?.merge ?? mergeByKind)(base, over, path, shape);
}

/** Mappings are merged, lists are joined, anything else is replaced. Two values of different kinds are an error. */
export function mergeByKind(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  if (isNull(over)) return base;
  if (base.kind === "map") {
    if (over.kind !== "map") throw conflict(over, path, "a mapping");
    return mergeMappings(base, over, path, shape);
  }
  if (base.kind === "list") {
    if (over.kind !== "list") throw conflict(over, path, "a list");
    return join(base.items, over.items, base);
  }
  return over;
}

function conflict(over: Node, path: string, wanted: string): LoadProblem {
  return new LoadProblem(`must be ${wanted}, as in the file or service that it overrides`, {
    path,
    at: over,
  });
}

function mergeMappings(base: Mapping, over: Mapping, path: string, shape: Shape | undefined): Mapping {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    const place = path === "" ? key : `${path}.${key}`;
    entries.set(key, before === undefined ? value : merge(before, value, place, shapeBelow(shape, key)));
  }
  return { ...base, entries };
}

/** Joins lists; an item that is there already is not repeated. */
function join(base: readonly Node[], over: readonly Node[], at: Node): Node {
  const seen = new Set(base.map(fingerprint));
  const added = over.filter((item) => {
    const key = fingerprint(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return list([...base, ...added], at.at);
}

export function replace(_base: Node, over: Node): Node {
  return over;
}

export function joinLists(base: Node, over: Node): Node {
  return join(toItems(base), toItems(over), isNull(base) ? over : base);
}

export function mergePairs(base: Node, over: Node): Node {
  return list(uniqueBy([...toItems(base), ...toItems(over)], keyOfPair), isNull(base) ? over.at : base.at);
}

/** A mapping as a list of `key=value`, sorted; a single value as a list of it. */
function toItems(node: Node): readonly Node[] {
  if (node.kind === "list") return node.items;
  if (node.kind === "scalar") return typeof node.value === "string" ? [node] : [];
  return [...node.entries]
    .flatMap(([key, value]) => {
      if (isNull(value)) return [scalar(key, value.at)];
      const values = value.kind === "list" ? value.items : [value];
      return values.map((item) =>
        scalar(`${key}=${item.kind === "scalar" ? item.text : ""}`, item.at ?? value.at),
      );
    })
    .sort((a, b) => compareText(a.text, b.text));
}

export function mergeBuild(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  return mergeMappings(toBuild(base), toBuild(over), path, shape);
}

function toBuild(node: Node): Mapping {
  if (node.kind === "map") return node;
  return mapping(isNull(node) ? [] : [["context", node]], node.at);
}

export function mergeDependencies(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  const started = mapping([
    ["condition", scalar("service_started")],
    ["required", scalar(true)],
  ]);
  return mergeMappings(toMapping(base, started, path), toMapping(over, started, path), path, shape);
}

export function mergeNamed(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  return mergeMappings(toMapping(base, nothing, path), toMapping(over, nothing, path), path, shape);
}

/** A list of names as a mapping with a value for each. */
function toMapping(node: Node, value: Node, path: string): Mapping {
  if (node.kind === "map") return node;
  if (isNull(node)) return mapping([], node.at);
  const items = node.kind === "list" ? node.items : [node];
  return mapping(
    items.map((item) => {
      if (item.kind !== "scalar" || typeof item.value !== "string") {
        throw new LoadProblem("must be a list of names, or a mapping", { path, at: item });
      }
      return [item.value, movedTo(value, item.at)];
    }),
    node.at,
  );
}

/** Options are merged only where both log to the same driver, or one of them does not say to which. */
export function mergeLogging(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  if (base.kind !== "map") throw conflict(base, path, "a mapping");
  if (over.kind !== "map") throw conflict(over, path, "a mapping");
  const before = entry(base, "driver");
  const after = entry(over, "driver");
  const same = before === undefined || after === undefined || fingerprint(before) === fingerprint(after);
  return same ? mergeMappings(base, over, path, shape) : over;
}

export function mergeUlimit(base: Node, over: Node, path: string, shape: Shape | undefined): Node {
  return base.kind === "map" && over.kind === "map" ? mergeMappings(base, over, path, shape) : over;
}

/** Address pools are merged by their subnet, in the order that the reference leaves them in. */
export function mergePools(base: Node, over: Node, path: string): Node {
  if (base.kind !== "list") throw conflict(base, path, "a list");
  if (over.kind !== "list") throw conflict(over, path, "a list");
  const pools = new Map<string, Node>();
  for (const before of base.items) {
    for (const after of over.items) {
      const subnet = subnetOf(after);
      if (subnet !== subnetOf(before) && !pools.has(subnet)) {
        pools.set(subnet, after);
      } else {
        const merged = mergeMappings(
          toMapping(before, nothing, path),
          toMapping(after, nothing, path),
          path,
          undefined,
        );
        pools.set(subnetOf(merged), merged);
      }
    }
  }
  return list([...pools.values()], base.at);
}

function subnetOf(pool: Node): string {
  return fingerprint(entry(pool, "subnet") ?? nothing);
}
