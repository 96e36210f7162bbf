/** What anything that runs a container may declare (Compose Specification, "Services top-level element"). */
import { fillSecret } from "../defaults";
import { ownPath } from "../inside-paths";
import { lengthenDevice, lengthenEnvFiles, lengthenGpus, toList, toNamed } from "../long-form";
import { joinLists, mergeByKind, mergeLogging, mergeNamed, mergeUlimit, replace } from "../merge-rules";
import { join } from "../relative-paths";
import { commandLine } from "../shell-words";
import { isNull } from "../tree";
import { keyOfDevice, keyOfEnvFile, keyOfMount, keyOfPair } from "../unique";
import { parsePathOfMount } from "../volumes";
import { fileMount, fileMounts, mount } from "./mounts";
import {
  distinctTexts,
  distinctTextsOrNumbers,
  environmentMap,
  hosts,
  listOf,
  mapOf,
  options,
  struct,
  textMap,
  textOrJoinedTexts,
  texts,
} from "./collections";
import { blkio, deviceRequest } from "./devices";
import {
  bytes,
  flag,
  flagUnlessFalse,
  float,
  optionalAnyBase,
  optionalDuration,
  optionalFlag,
  patterned,
  refusal,
  strictFlag,
  text,
  truncated,
  whole,
  word,
} from "./scalars";
import {
  between,
  either,
  emitted,
  type Fields,
  always,
  type Canonical,
  marked,
  keyed,
  merged,
  type Merger,
  nullable,
  type Shape,
} from "./shape";

/** Names of services, networks and the like. */
export const names = /^[a-zA-Z0-9._-]+$/;

/** A command: a line that is split into words, or a list; null and absent mean the image's own. */
export const command = always(
  emitted<readonly string[] | null>(nullable(either(replace, text(), texts)), (node, path, { problems }) => {
    if (node.kind === "list") return node.items.map((item) => (item.kind === "scalar" ? item.text : ""));
    if (node.kind !== "scalar" || isNull(node)) return null;
    const split = commandLine(node.text);
    if (split === undefined) {
      problems.add(refusal(node.text, "a command line"), {
        path,
        at: node,
        hint: "close its quotes and brackets, or write it as a list",
      });
    } else if (split.cut !== undefined) problems.warn(path, leftOut(split.cut));
    return split?.words ?? null;
  }),
  () => null,
);

function leftOut(from: string): string {
  return (
    `what follows the first unquoted ${from} is left out, as in Docker Compose: no shell runs a command; ` +
    'for one write ["sh", "-c", "…"], or, where the entrypoint is a shell with -c, ["…"]'
  );
}

const serviceNetwork = struct({
  aliases: keyed(distinctTexts, keyOfPair),
  driver_opts: options,
  gw_priority: truncated,
  interface_name: text(),
  ipv4_address: text(),
  ipv6_address: text(),
  link_local_ips: keyed(distinctTexts, keyOfPair),
  mac_address: text(),
  priority: truncated,
  use_service_name_alias: optionalFlag,
});

/** A file that the loader reads. */
const ownFile = marked(text(), { resolve: join, inside: ownPath });

const envFile = struct(
  { path: ownFile, required: flagUnlessFalse, format: text() },
  { required: ["path"], closed: true },
);

/** One number for both limits, or each. @param merge - what two values of one limit come to */
export function ulimits(merge: Merger) {
  const each = struct({ soft: whole, hard: whole }, { required: ["soft", "hard"] });
  return mapOf(
    emitted<number | Canonical<typeof each>>(either(merge, whole, each), (node, path, context) =>
      node.kind === "scalar" ? (whole.emit(node, path, context) ?? {}) : each.emit(node, path, context),
    ),
  );
}

/** What a service has of the project's, by name, or as a list of names; null: no settings of its own. */
function named<T>(settings: Shape<T>, keys?: RegExp) {
  return marked(either(mergeNamed, distinctTexts, mapOf<T | null>(nullable(settings), keys)), {
    lengthen: toNamed,
  });
}

const pullPolicy = patterned(
  /^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$/,
  "always, never, missing, build, refresh, daily, weekly or every_<duration>",
);

/** The attributes of a container, in the order in which the reference prints them. */
export const containerFields = {
  annotations: textMap,
  blkio_config: blkio,
  cap_add: keyed(distinctTexts, keyOfPair),
  cap_drop: keyed(distinctTexts, keyOfPair),
  cgroup_parent: text(),
  cgroup: word("host", "private"),
  cpu_count: between(whole, 0, Number.MAX_SAFE_INTEGER),
  cpu_percent: between({ ...float, scalar: { types: ["whole", "text"], cast: "number" } }, 0, 100),
  cpu_period: truncated,
  cpu_quota: truncated,
  cpu_rt_period: truncated,
  cpu_rt_runtime: truncated,
  /** Cores, in parts too: `0.5`. */
  cpus: float,
  cpuset: text(),
  cpu_shares: truncated,
  /** Null: not set, the image's is used. An empty list clears the image's. */
  command,
  configs: keyed(fileMounts, keyOfMount("")),
  credential_spec: struct({
    config: text(),
    file: text(),
    registry: text(),
  }),
  device_cgroup_rules: distinctTexts,
  devices: keyed(
    listOf(
      marked(
        either(
          mergeByKind,
          text(),
          struct({ source: text(), target: text(), permissions: text() }, { required: ["source", "target"] }),
        ),
        { lengthen: lengthenDevice },
      ),
    ),
    keyOfDevice,
  ),
  dns: marked(textOrJoinedTexts, { lengthen: toList }),
  dns_opt: keyed(merged(joinLists, distinctTexts), keyOfPair),
  dns_search: textOrJoinedTexts,
  domainname: text(),
  entrypoint: command,
  /** The files of `env_file` are in it; null: to be taken from outside. */
  environment: environmentMap,
  env_file: marked(either(joinLists, text(), listOf(either(mergeByKind, text(), envFile))), {
    keyOf: keyOfEnvFile,
    lengthen: lengthenEnvFiles,
  }),
  extra_hosts: hosts,
  group_add: distinctTextsOrNumbers,
  gpus: marked(either(mergeByKind, word("all"), listOf(marked(deviceRequest(), { anything: true }))), {
    lengthen: lengthenGpus,
  }),
  hostname: text(),
  image: text(),
  init: optionalFlag,
  ipc: text(),
  isolation: text(),
  labels: textMap,
  label_file: marked(either(joinLists, text(), listOf(ownFile)), { lengthen: toList }),
  logging: merged(mergeLogging, struct({ driver: text(), options })),
  mem_limit: bytes(["number", "text"]),
  mem_reservation: bytes(),
  memswap_limit: bytes(["number", "text"]),
  mem_swappiness: bytes(),
  mac_address: text(),
  models: named(struct({ endpoint_var: text(), model_var: text() })),
  network_mode: text(),
  /** By the network's key. */
  networks: named(serviceNetwork, names),
  oom_kill_disable: flag,
  oom_score_adj: between(whole, -1000, 1000),
  pid: nullable(text()),
  pids_limit: truncated,
  platform: text(),
  privileged: flag,
  pull_policy: pullPolicy,
  pull_refresh_after: text(),
  read_only: flag,
  runtime: text(),
  secrets: keyed(listOf(marked(fileMount, { fill: fillSecret })), keyOfMount("/run/secrets")),
  security_opt: distinctTexts,
  shm_size: bytes(["number", "text"]),
  stop_grace_period: optionalDuration,
  stop_signal: text(),
  storage_opt: mapOf(text(["text", "whole"])),
  sysctls: textMap,
  tmpfs: textOrJoinedTexts,
  ulimits: ulimits(mergeUlimit),
  umask: nullable(between(optionalAnyBase, 0, 2 ** 32 - 1)),
  use_api_socket: strictFlag,
  user: text(),
  userns_mode: text(),
  uts: text(),
  volumes: marked(listOf(mount), { unique: true, keyOf: parsePathOfMount }),
  volumes_from: distinctTexts,
  working_dir: text(),
} satisfies Fields;
