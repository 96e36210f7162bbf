/**
 * What a container asks of the kernel and of whoever looks at it, as far as Fargate gives it (ECS Developer Guide,
 * "Amazon ECS task definition differences for Fargate"; ECS API reference, KernelCapabilities and Ulimit).
 */
import type { Capabilities, OpenFiles } from "../model";
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
        "take it out if the program runs without, or run the service elsewhere",
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
const mostOpenFiles = 2_147_483_647;

/** `ulimits`: Fargate sets `nofile` and no other; the rest is warned of. */
export function readOpenFiles(ulimits: Node): OpenFiles | undefined {
  for (const [name, limit] of ulimits.entries()) {
    if (name !== "nofile")
      limit.warn("Fargate sets nofile alone: every other limit is the operating system's");
  }
  const node = ulimits.get("nofile");
  if (!node.present) return undefined;
  const [soft, hard] = (isRecord(node.value) ? [node.get("soft"), node.get("hard")] : [node, node]).map(
    (limit) => limit.integer(0, mostOpenFiles),
  );
  const limits = { soft: soft ?? hard, hard: hard ?? soft };
  if (limits.soft === undefined || limits.hard === undefined) return undefined;
  if (limits.soft > limits.hard)
    node.problem(
      `the soft limit ${limits.soft} is more than the hard one, ${limits.hard}`,
      "raise hard, or lower soft",
    );
  return { soft: limits.soft, hard: limits.hard };
}

/** The labels of the container, sorted by name; values without unset variables, which anybody could read there. */
export function readLabels(labels: Node): Readonly<Record<string, string>> | undefined {
  const hint = "anyone who reads the task definition reads its labels: they are no place for secrets";
  const read = labels.entries().flatMap(([name, value]): [string, string][] => {
    if (!value.present) return [[name, ""]];
    const text = value.text(hint);
    return text === undefined ? [] : [[name, text]];
  });
  if (read.length === 0) return undefined;
  return Object.fromEntries(read.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
