/**
 * How one compose file is laid over another, and a service over the one it extends (Compose Specification, "Merge").
 *
 * Mappings are merged, lists are joined, anything else is replaced; what differs from that stands in a table.
 */
import { pathTable, type Step, under } from "./path-table";
import { LoadProblem } from "./load-problem";
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

type Merger = (base: Node, over: Node, path: string, step: Step<Merger> | undefined) => Node;

const container: Readonly<Record<string, Merger>> = {
  annotations: mergePairs,
  build: mergeBuild,
  "build.args": mergePairs,
  "build.additional_contexts": mergePairs,
  "build.extra_hosts": joinLists,
  "build.labels": mergePairs,
  command: replace,
  depends_on: mergeDependencies,
  dns: joinLists,
  dns_opt: joinLists,
  dns_search: joinLists,
  entrypoint: replace,
  env_file: joinLists,
  label_file: joinLists,
  environment: mergePairs,
  extra_hosts: joinLists,
  "healthcheck.test": replace,
  labels: mergePairs,
  "volumes.*.volume.labels": mergePairs,
  logging: mergeLogging,
  models: mergeNamed,
  networks: mergeNamed,
  sysctls: mergePairs,
  tmpfs: joinLists,
  "ulimits.*": mergeUlimit,
};

const mergers: Step<Merger> = pathTable<Merger>({
  ...under(["services.*", "jobs.*"], container),
  "services.*.deploy.labels": mergePairs,
  "networks.*.ipam.config": mergePools,
  ...under(["networks.*", "volumes.*", "secrets.*", "configs.*"], { labels: mergePairs }),
});

/** A project file laid over what the files before it make. */
export function mergeProjects(base: Node, over: Node): Node {
  return merge(base, over, "", mergers);
}

/** A service laid over the one that it extends. */
export function mergeServices(base: Node, over: Node, path: string): Node {
  return merge(base, over, path, mergers.next("services")?.next("*"));
}

/** A named resource of a project laid over another of its name. */
export function mergeResources(base: Node, over: Node, key: string, name: string): Node {
  return merge(base, over, `${key}.${name}`, mergers.next(key)?.next(name));
}

function merge(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  if (step?.rule !== undefined) return step.rule(base, over, path, step);
  if (isNull(over)) return base;
  if (base.kind === "map") {
    if (over.kind !== "map") throw conflict(over, path, "a mapping");
    return mergeMappings(base, over, path, step);
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

function mergeMappings(base: Mapping, over: Mapping, path: string, step: Step<Merger> | undefined): Mapping {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    const below = path === "" ? key : `${path}.${key}`;
    entries.set(key, before === undefined ? value : merge(before, value, below, step?.next(key)));
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

function replace(_base: Node, over: Node): Node {
  return over;
}

function joinLists(base: Node, over: Node): Node {
  return join(toItems(base), toItems(over), isNull(base) ? over : base);
}

function mergePairs(base: Node, over: Node): Node {
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

function mergeBuild(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  return mergeMappings(toBuild(base), toBuild(over), path, step);
}

function toBuild(node: Node): Mapping {
  if (node.kind === "map") return node;
  return mapping(isNull(node) ? [] : [["context", node]], node.at);
}

function mergeDependencies(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  const started = mapping([
    ["condition", scalar("service_started")],
    ["required", scalar(true)],
  ]);
  return mergeMappings(toMapping(base, started, path), toMapping(over, started, path), path, step);
}

function mergeNamed(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  return mergeMappings(toMapping(base, nothing, path), toMapping(over, nothing, path), path, step);
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
function mergeLogging(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  if (base.kind !== "map") throw conflict(base, path, "a mapping");
  if (over.kind !== "map") throw conflict(over, path, "a mapping");
  const before = entry(base, "driver");
  const after = entry(over, "driver");
  const same = before === undefined || after === undefined || fingerprint(before) === fingerprint(after);
  return same ? mergeMappings(base, over, path, step) : over;
}

function mergeUlimit(base: Node, over: Node, path: string, step: Step<Merger> | undefined): Node {
  return base.kind === "map" && over.kind === "map" ? mergeMappings(base, over, path, step) : over;
}

/** Address pools are merged by their subnet, in the order that the reference leaves them in. */
function mergePools(base: Node, over: Node, path: string): Node {
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
