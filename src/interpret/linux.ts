/**
 * What a container asks of the kernel and of whoever looks at it, as far as Fargate gives it (ECS Developer Guide,
 * "Amazon ECS task definition differences for Fargate"; ECS API reference, KernelCapabilities and Ulimit).
 */
import { whyNoSysctl } from "../model/linux";
import type { Capabilities, Limits } from "../model/project";
import { isRecord, type Node } from "./node";

/** The capabilities of every container (moby, oci/caps, DefaultCapabilities), under their names without `CAP_`. */
const defaults = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** The one capability that Fargate adds to them. */
const addable = "SYS_PTRACE";

/**
 * `cap_add` and `cap_drop`: what is added is added last, as in Docker. One of the defaults that is added is one that
 * is not dropped, so that `cap_drop: [ALL]` with `cap_add: [NET_BIND_SERVICE]` keeps its meaning.
 */
export function readCapabilities(service: Node): Capabilities | undefined {
  const drop = service.get("cap_drop").items().flatMap(readCapability);
  const add = service.get("cap_add").items().flatMap(readCapability);
  for (const { node, name } of add) {
    if (name !== addable && !defaults.includes(name))
      node.refuse(
        `Fargate gives no container ${name}: it adds ${addable} alone`,
        "remove it if the program runs without, or run the service elsewhere",
      );
  }
  for (const { node, name } of drop) {
    if (name !== "ALL" && !defaults.includes(name))
      node.warn(`a container on Fargate does not have ${name} anyway`);
  }
  const added = new Set(add.map(({ name }) => name));
  const dropped = new Set(drop.map(({ name }) => name));
  const kept = defaults.filter((name) => added.has(name) || !(dropped.has("ALL") || dropped.has(name)));
  const lost = defaults.filter((name) => !kept.includes(name));
  if (lost.length === 0 && !added.has(addable)) return undefined;
  return {
    add: added.has(addable) ? [addable] : [],
    drop: lost.length === defaults.length ? ["ALL"] : lost,
  };
}

function readCapability(node: Node): readonly { readonly node: Node; readonly name: string }[] {
  const text = node.text();
  return text === undefined ? [] : [{ node, name: text.toUpperCase().replace(/^CAP_/, "") }];
}

/** A limit that ECS takes is a Java int. */
const mostOf = 2_147_483_647;

/** Names of limits (ECS API reference, Ulimit). */
const limitNames = new Set(
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(
    " ",
  ),
);

/** `ulimits`: Fargate sets `nofile` and no other, and the rest is warned of; on an instance with a GPU all count. */
export function readUlimits(
  ulimits: Node,
  onInstance: boolean,
): Readonly<Record<string, Limits>> | undefined {
  const read = ulimits.entries().flatMap(([name, node]): [string, Limits][] => {
    if (name !== "nofile" && !onInstance) {
      node.warn("Fargate sets nofile alone: every other limit is the operating system's");
      return [];
    }
    if (!limitNames.has(name)) node.problem(`${name} is the name of no limit`, [...limitNames].join(", "));
    const limits = node.present ? readLimits(node, name === "nofile" ? 0 : -1) : undefined;
    return limits === undefined ? [] : [[name, limits]];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function readLimits(node: Node, least: number): Limits | undefined {
  const [soft, hard] = (isRecord(node.value) ? [node.get("soft"), node.get("hard")] : [node, node]).map(
    (limit) => limit.integer(least, mostOf),
  );
  const limits = { soft: soft ?? hard, hard: hard ?? soft };
  if (limits.soft === undefined || limits.hard === undefined) return undefined;
  const all = (limit: number): number => (limit === -1 ? Infinity : limit);
  if (all(limits.soft) > all(limits.hard))
    node.problem(
      `the soft limit ${limits.soft} is more than the hard one, ${limits.hard}`,
      "raise hard, or lower soft",
    );
  return { soft: limits.soft, hard: limits.hard };
}

/** `sysctls`, sorted by name. */
export function readSysctls(sysctls: Node): Readonly<Record<string, string>> | undefined {
  const read = sysctls.entries().flatMap(([name, node]): [string, string][] => {
    const why = whyNoSysctl(name);
    if (why !== undefined) node.refuse(why, "remove it if the program runs with the default of the kernel");
    const value = node.text();
    if (value === "" || (value === undefined && !node.present))
      node.problem(`${name} has no value`, `${name}: 1`);
    return why !== undefined || value === undefined ? [] : [[name, value]];
  });
  return read.length === 0 ? undefined : Object.fromEntries(sorted(read));
}

function sorted<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `shm_size` in MiB, which ECS sets on instances alone (ECS API reference, LinuxParameters: sharedMemorySize); `tmpfs.ts` has the rest. */
export function readSharedMemory(node: Node, onInstance: boolean): number | undefined {
  const bytes = node.number();
  return bytes === undefined || bytes === 0 || !onInstance ? undefined : Math.ceil(bytes / MiB);
}

const MiB = 2 ** 20;

/** The labels of the container, sorted by name; values without unset variables, which anybody could read there. */
export function readLabels(labels: Node): Readonly<Record<string, string>> | undefined {
  const hint = "anyone who reads the task definition reads its labels: they are no place for secrets";
  const read = labels.entries().flatMap(([name, value]): [string, string][] => {
    if (!value.present) return [[name, ""]];
    const text = value.text(hint);
    return text === undefined ? [] : [[name, text]];
  });
  if (read.length === 0) return undefined;
  return Object.fromEntries(sorted(read));
}
