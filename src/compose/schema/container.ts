/** What anything that runs a container may declare (Compose Specification, "Services top-level element"). */
import { shellWords } from "../shell-words";
import { isNull, joinKey } from "../tree";
import {
  distinctTexts,
  distinctTextsOrNumbers,
  environmentMap,
  hosts,
  itemsOf,
  listOf,
  mapOf,
  options,
  struct,
  textMap,
  textOrTexts,
  texts,
} from "./collections";
import {
  bytes,
  deviceCount,
  fileMode,
  flag,
  flagUnlessFalse,
  float,
  optionalAnyBase,
  optionalDuration,
  optionalFlag,
  optionalTruncated,
  patterned,
  refusal,
  strictFlag,
  text,
  truncated,
  whole,
  word,
} from "./scalars";
import { between, either, type Fields, nullable, type Shape } from "./shape";

/** Names of services, networks and the like. */
export const names = /^[a-zA-Z0-9._-]+$/;

/** A command: a line that is split into words, or a list; null and absent mean the image's own. */
export const command: Shape = {
  ...nullable(either(text(), texts)),
  absent: () => null,
  emit: (node, path, { problems }) => {
    if (node.kind === "list") return node.items.map((item) => (item.kind === "scalar" ? item.text : ""));
    if (node.kind !== "scalar" || isNull(node)) return null;
    const words = shellWords(node.text);
    if (words === undefined) {
      problems.add(refusal(node.text, "a command line"), {
        path,
        at: node,
        hint: "close its quotes and brackets, or write it as a list",
      });
    }
    return words ?? null;
  },
};

/** Configs or secrets in a container. */
export const fileMounts: Shape = listOf(
  either(text(), struct({ source: text(), target: text(), uid: text(), gid: text(), mode: fileMode })),
);

const throttles = listOf(struct({ path: text(), rate: bytes() }, { closed: true }));

/** The reference prints these with capitals, and zeros too. */
function capitals(shape: Shape, zero: string | number): Shape {
  const second = typeof zero === "string" ? "Rate" : "Weight";
  return listOf({
    ...(shape.items ?? shape),
    emit: (node, path, context) => {
      if (node.kind !== "map") return undefined;
      const field = (key: string) => {
        const value = node.entries.get(key);
        return value && shape.items?.fields?.[key]?.emit(value, joinKey(path, key), context);
      };
      return { Path: field("path") ?? "", [second]: field(second.toLowerCase()) ?? zero };
    },
  });
}

const blkio = struct(
  {
    weight: whole,
    weight_device: capitals(listOf(struct({ path: text(), weight: whole }, { closed: true })), 0),
    device_read_bps: capitals(throttles, "0"),
    device_read_iops: capitals(throttles, "0"),
    device_write_bps: capitals(throttles, "0"),
    device_write_iops: capitals(throttles, "0"),
  },
  { closed: true },
);

/** Devices that are asked for: GPUs and the like. */
export const deviceFields: Fields = {
  capabilities: distinctTexts,
  driver: text(),
  count: deviceCount,
  device_ids: distinctTexts,
  options: textMap,
};

const mount = struct(
  {
    type: word("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    source: text(),
    target: text(),
    read_only: flag,
    consistency: text(),
    bind: struct({
      selinux: word("z", "Z"),
      propagation: text(),
      create_host_path: flagUnlessFalse,
      recursive: word("enabled", "disabled", "writable", "readonly"),
    }),
    volume: struct({ labels: textMap, nocopy: flag, subpath: text() }),
    tmpfs: struct({
      size: bytes(),
      mode: { ...truncated, scalar: { types: ["number", "text"], cast: "whole" } },
    }),
    image: struct({ subpath: text() }),
  },
  { required: ["type", "target"] },
);

const serviceNetwork = struct({
  aliases: distinctTexts,
  driver_opts: options,
  gw_priority: truncated,
  interface_name: text(),
  ipv4_address: text(),
  ipv6_address: text(),
  link_local_ips: distinctTexts,
  mac_address: text(),
  priority: truncated,
  use_service_name_alias: optionalFlag,
});

const envFiles: Shape = {
  ...either(
    text(),
    listOf(
      either(
        text(),
        struct(
          { path: text(), required: flagUnlessFalse, format: text() },
          { required: ["path"], closed: true },
        ),
      ),
    ),
  ),
};

/** One number for both limits, or each. */
export const ulimits: Shape = mapOf(
  {
    ...either(whole, struct({ soft: whole, hard: whole }, { required: ["soft", "hard"] })),
    emit: (node, path, context) =>
      node.kind === "scalar"
        ? (whole.emit(node, path, context) ?? {})
        : struct({ soft: whole, hard: whole }).emit(node, path, context),
  },
  undefined,
);

const pullPolicy = patterned(
  /^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$/,
  "always, never, missing, build, refresh, daily, weekly or every_<duration>",
);

/** The attributes of a container, in the order in which the reference prints them. */
export const containerFields: Fields = {
  annotations: textMap,
  blkio_config: blkio,
  cap_add: distinctTexts,
  cap_drop: distinctTexts,
  cgroup_parent: text(),
  cgroup: word("host", "private"),
  cpu_count: between(whole, 0, Number.MAX_SAFE_INTEGER),
  cpu_percent: between({ ...float, scalar: { types: ["whole", "text"], cast: "number" } }, 0, 100),
  cpu_period: truncated,
  cpu_quota: truncated,
  cpu_rt_period: truncated,
  cpu_rt_runtime: truncated,
  cpus: float,
  cpuset: text(),
  cpu_shares: truncated,
  command,
  configs: fileMounts,
  credential_spec: struct({ config: text(), file: text(), registry: text() }),
  device_cgroup_rules: distinctTexts,
  devices: listOf(
    either(
      text(),
      struct({ source: text(), target: text(), permissions: text() }, { required: ["source", "target"] }),
    ),
  ),
  dns: textOrTexts,
  dns_opt: distinctTexts,
  dns_search: textOrTexts,
  domainname: text(),
  entrypoint: command,
  environment: environmentMap,
  env_file: envFiles,
  extra_hosts: hosts,
  group_add: distinctTextsOrNumbers,
  gpus: either(word("all"), listOf({ ...struct(deviceFields), anything: true })),
  hostname: text(),
  image: text(),
  init: optionalFlag,
  ipc: text(),
  isolation: text(),
  labels: textMap,
  label_file: either(text(), texts),
  logging: struct({ driver: text(), options }),
  mem_limit: bytes(["number", "text"]),
  mem_reservation: bytes(),
  memswap_limit: bytes(["number", "text"]),
  mem_swappiness: bytes(),
  mac_address: text(),
  models: {
    ...either(distinctTexts, mapOf(nullable(struct({ endpoint_var: text(), model_var: text() })))),
  },
  network_mode: text(),
  networks: either(distinctTexts, mapOf(nullable(serviceNetwork), names)),
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
  secrets: fileMounts,
  security_opt: distinctTexts,
  shm_size: bytes(["number", "text"]),
  stop_grace_period: optionalDuration,
  stop_signal: text(),
  storage_opt: mapOf(text(["text", "whole"])),
  sysctls: textMap,
  tmpfs: textOrTexts,
  ulimits,
  umask: nullable(between(optionalAnyBase, 0, 2 ** 32 - 1)),
  use_api_socket: strictFlag,
  user: text(),
  userns_mode: text(),
  uts: text(),
  volumes: { ...listOf(either(text(), mount)), unique: true },
  volumes_from: distinctTexts,
  working_dir: text(),
};

/** The healthcheck of a service. */
export const healthcheck: Shape = struct({
  test: {
    ...either(text(), texts),
    emit: (node) => {
      if (node.kind === "scalar") return ["CMD-SHELL", node.text];
      const items = itemsOf(node);
      return items.length === 0 ? undefined : items.map((item) => (item.kind === "scalar" ? item.text : ""));
    },
  },
  timeout: optionalDuration,
  interval: optionalDuration,
  retries: optionalTruncated,
  start_period: optionalDuration,
  start_interval: optionalDuration,
  disable: flag,
});
