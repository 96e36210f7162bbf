/** What the reference writes into a whole model: implied networks and dependencies, names, the hooks' inheritance. */
import { mergeServices } from "./merge";
import { cleanPath } from "./paths";
import { containerKeys } from "./schema/compose";
import {
  entry,
  isNull,
  list,
  type Mapping,
  mapEntries,
  mapping,
  type Node,
  nothing,
  scalar,
  textOf,
  withEntry,
} from "./tree";

/** Looks a variable up. */
export type Lookup = (name: string) => string | undefined;

const workloads = ["services", "jobs"] as const;

/** Where variables without a value take it from. */
export interface Lookups {
  readonly environment: Lookup;
  readonly args: Lookup;
}

/** The normalised model. */
export function normalize(model: Mapping, projectName: string, lookup: Lookups): Mapping {
  let result = normalizeNetworks(model);
  for (const key of workloads) {
    const group = result.entries.get(key);
    if (group?.kind !== "map") continue;
    const normalised = mapEntries(group, (value) =>
      value.kind === "map" ? normalizeWorkload(value, lookup) : value,
    );
    result = withEntry(result, key, normalised);
  }
  for (const key of ["networks", "volumes", "configs", "secrets"]) {
    const group = result.entries.get(key);
    if (group?.kind === "map")
      result = withEntry(
        result,
        key,
        mapEntries(group, (value, name) => named(value, name, projectName)),
      );
  }
  return result;
}

/** A service without networks is on `default`, which is made where it is used. */
function normalizeNetworks(model: Mapping): Mapping {
  const connected = workloads.reduce((result, key) => {
    const group = result.entries.get(key);
    return group?.kind === "map" ? withEntry(result, key, mapEntries(group, connect)) : result;
  }, model);
  const isUsed = workloads.some((key) => {
    const group = connected.entries.get(key);
    return group?.kind === "map" && [...group.entries.values()].some(usesDefault);
  });
  const networks = model.entries.get("networks") ?? mapping([]);
  if (!isUsed || networks.kind !== "map" || networks.entries.has("default")) return connected;
  return withEntry(connected, "networks", withEntry(networks, "default", nothing));
}

/** Whether a workload is connected to networks at all. */
function isConnected(workload: Node): workload is Mapping {
  return (
    workload.kind === "map" && !workload.entries.has("provider") && !workload.entries.has("network_mode")
  );
}

function connect(workload: Node): Node {
  if (!isConnected(workload)) return workload;
  const networks = workload.entries.get("networks");
  const isEmpty = networks === undefined || (networks.kind === "map" && networks.entries.size === 0);
  return isEmpty ? withEntry(workload, "networks", mapping([["default", nothing]])) : workload;
}

function usesDefault(workload: Node): boolean {
  return isConnected(workload) && entry(workload, "networks", "default") !== undefined;
}

function normalizeWorkload(workload: Mapping, lookup: Lookups): Mapping {
  const changes: readonly ((value: Mapping) => Mapping)[] = [
    (value) =>
      changed(value, "pull_policy", (policy) =>
        textOf(policy) === "if_not_present" ? scalar("missing", policy.at) : policy,
      ),
    (value) => changed(value, "build", (build) => normalizeBuild(build, lookup.args)),
    (value) =>
      changed(value, "environment", (environment) => resolveVariables(environment, lookup.environment, true)),
    addDependencies,
    (value) => changed(value, "volumes", cleanTargets),
    inheritToHooks,
  ];
  return changes.reduce((value, change) => change(value), workload);
}

function changed(node: Mapping, key: string, change: (value: Node) => Node): Mapping {
  const value = node.entries.get(key);
  return value === undefined ? node : withEntry(node, key, change(value));
}

function normalizeBuild(node: Node, lookup: Lookup): Node {
  if (node.kind !== "map") return node;
  const missing = (value: Node | undefined) => value === undefined || isNull(value);
  let build = node;
  if (missing(build.entries.get("context"))) build = withEntry(build, "context", scalar(".", node.at));
  if (missing(build.entries.get("dockerfile")) && missing(build.entries.get("dockerfile_inline"))) {
    build = withEntry(build, "dockerfile", scalar("Dockerfile", node.at));
  }
  return changed(build, "args", (args) => resolveVariables(args, lookup, false));
}

/** Variables without a value take it from outside; one that is not there either is kept, or not. */
export function resolveVariables(node: Node, lookup: Lookup, keep: boolean): Node {
  if (node.kind === "map") {
    return mapEntries(node, (value, key) => {
      if (!isNull(value)) return value;
      const found = lookup(key);
      return found === undefined ? (keep ? value : undefined) : scalar(found, value.at);
    });
  }
  if (node.kind === "scalar") return node;
  const items = node.items.flatMap((item) => {
    const text = textOf(item);
    if (text === undefined || text.includes("=")) return [item];
    const found = lookup(text);
    return found === undefined ? (keep ? [item] : []) : [scalar(`${text}=${found}`, item.at)];
  });
  return list(items, node.at);
}

/** Links, shared namespaces and `volumes_from` imply that the other service comes first. */
function addDependencies(workload: Mapping): Mapping {
  const given = workload.entries.get("depends_on");
  const dependencies = new Map(given?.kind === "map" ? given.entries : []);
  const imply = (name: string, restart: boolean, at: Node) => {
    if (dependencies.has(name)) return;
    const values = { condition: "service_started", restart, required: true };
    dependencies.set(
      name,
      mapping(
        Object.entries(values).map(([key, value]) => [key, scalar(value, at.at)]),
        at.at,
      ),
    );
  };
  for (const link of itemsAt(workload, "links")) {
    const parts = (textOf(link) ?? "").split(":");
    imply(parts.length === 2 ? (parts[0] ?? "") : parts.join(":"), true, link);
  }
  for (const key of ["network_mode", "ipc", "pid", "uts", "cgroup"]) {
    const namespace = workload.entries.get(key);
    const shared = /^service:(.*)$/s.exec(textOf(namespace) ?? "")?.[1];
    if (namespace !== undefined && shared !== undefined) imply(shared, true, namespace);
  }
  for (const source of itemsAt(workload, "volumes_from")) {
    const text = textOf(source) ?? "";
    if (!text.startsWith("container:")) imply(text.split(":", 1)[0] ?? "", false, source);
  }
  return dependencies.size === 0
    ? workload
    : withEntry(workload, "depends_on", mapping(dependencies, given?.at));
}

function itemsAt(node: Mapping, key: string): readonly Node[] {
  const value = node.entries.get(key);
  return value?.kind === "list" ? value.items : [];
}

function cleanTargets(volumes: Node): Node {
  if (volumes.kind !== "list") return volumes;
  return list(
    volumes.items.map((volume) => {
      const target = entry(volume, "target");
      const path = textOf(target);
      return volume.kind === "map" && path !== undefined
        ? withEntry(volume, "target", scalar(cleanPath(path), target?.at))
        : volume;
    }),
    volumes.at,
  );
}

/** A `pre_start` hook is a container like the service's own, but for what it says itself. Mounts are not inherited. */
function inheritToHooks(workload: Mapping): Mapping {
  return changed(workload, "pre_start", (hooks) => {
    if (hooks.kind !== "list") return hooks;
    const base = mapEntries(workload, (value, key) =>
      key !== "volumes" && containerKeys.has(key) ? value : undefined,
    );
    return list(
      hooks.items.map((hook) => mergeServices(base, hook, "pre_start")),
      hooks.at,
    );
  });
}

function named(resource: Node, key: string, projectName: string): Node {
  const node = resource.kind === "map" ? resource : mapping([], resource.at);
  const name = node.entries.get("name");
  if (name !== undefined && !isNull(name)) return node;
  const external = entry(node, "external");
  const isExternal = external?.kind === "scalar" && external.value === true;
  return withEntry(node, "name", scalar(isExternal ? key : `${projectName}_${key}`, node.at));
}
