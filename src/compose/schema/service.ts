/** Services and jobs, with their builds (Compose Specification, "Services", "Build"; jobs as compose-go has them). */
import { containerFields, command, fileMounts, healthcheck, names, ulimits } from "./container";
import {
  distinctTexts,
  distinctTextsOrNumbers,
  environmentMap,
  hosts,
  itemsOf,
  listOf,
  mapOf,
  struct,
  textEntries,
  textMap,
  textOrTexts,
  texts,
} from "./collections";
import { deploy } from "./deploy";
import {
  bytes,
  flag,
  optionalFlag,
  optionalWhole,
  patterned,
  strictFlag,
  text,
  whole,
  word,
} from "./scalars";
import { dropped, either, type Fields, type Shape } from "./shape";

const textOrBoolean = text(["text", "boolean"]);

const ssh: Shape = {
  ...environmentMap,
  emit: (node) => {
    const keys = textEntries(node).map(([id, path]) => (path === null || path === "" ? id : `${id}=${path}`));
    return keys.length === 0 ? undefined : keys;
  },
};

const build = struct({
  context: text(),
  dockerfile: text(),
  dockerfile_inline: text(),
  entitlements: texts,
  args: environmentMap,
  provenance: textOrBoolean,
  sbom: textOrBoolean,
  ssh,
  labels: textMap,
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  no_cache_filter: textOrTexts,
  additional_contexts: textMap,
  pull: flag,
  extra_hosts: hosts,
  isolation: text(),
  network: text(),
  target: text(),
  secrets: fileMounts,
  shm_size: bytes(),
  tags: texts,
  ulimits,
  platforms: texts,
  privileged: flag,
});

const dependsOn = mapOf(
  struct(
    {
      condition: word("service_started", "service_healthy", "service_completed_successfully"),
      restart: flag,
      required: {
        ...optionalFlag,
        scalar: { types: ["boolean"], cast: "boolean" },
        absent: () => false,
      },
    },
    { required: ["condition"] },
  ),
  names,
);

const port = struct(
  {
    name: text(),
    mode: text(),
    host_ip: text(),
    target: whole,
    published: text(["text", "whole"]),
    protocol: text(),
    app_protocol: text(),
  },
  { required: ["target"] },
);

const workloadFields: Fields = {
  build: either(text(), build),
  depends_on: either(distinctTexts, dependsOn),
  expose: distinctTextsOrNumbers,
  healthcheck,
  ports: { ...listOf(either(text(["text", "number"]), port)), unique: true },
  stdin_open: flag,
  tty: flag,
};

const hook = struct(
  { command, user: text(), privileged: flag, working_dir: text(), environment: environmentMap },
  { required: ["command"] },
);

const watch = struct(
  {
    path: { ...text(), absent: () => "" },
    action: { ...word("rebuild", "sync", "restart", "sync+restart", "sync+exec"), absent: () => "" },
    target: text(),
    exec: { ...hook, absent: () => ({ command: null }) },
    include: textOrTexts,
    ignore: textOrTexts,
    initial_sync: strictFlag,
  },
  { required: ["path", "action"] },
);

const providerValue = text(["text", "number", "boolean"]);

const provider = struct(
  {
    type: text(),
    options: mapOf({
      ...either(providerValue, listOf(providerValue)),
      emit: (node) =>
        (node.kind === "list" ? itemsOf(node) : [node]).map((item) =>
          item.kind === "scalar" ? item.text : "",
        ),
    }),
  },
  { required: ["type"] },
);

/** A service's attributes. */
export const serviceFields: Fields = {
  profiles: distinctTexts,
  deploy,
  develop: { ...struct({ watch: listOf(watch) }), nullable: true },
  restart: text(),
  scale: optionalWhole,
  attach: optionalFlag,
  container_name: patterned(
    /[a-zA-Z0-9][a-zA-Z0-9_.-]+/,
    "a name of two or more letters, digits, _, . and -",
  ),
  provider,
  extends: dropped(
    either(text(), struct({ service: text(), file: text() }, { required: ["service"], closed: true })),
  ),
  external_links: distinctTexts,
  links: distinctTexts,
  pre_start: listOf(struct({ ...containerFields, per_replica: flag })),
  post_start: listOf(hook),
  pre_stop: listOf(hook),
  ...containerFields,
  ...workloadFields,
};

export const service: Shape = struct(serviceFields);

const schedule = struct(
  {
    cron: text(),
    timezone: text(),
    concurrency: word("forbid", "queue"),
    missed_fires: word("one", "skip"),
  },
  { required: ["cron"] },
);

export const job: Shape = struct(
  {
    profiles: distinctTexts,
    triggers: struct({ manual: optionalFlag, schedule: listOf(either(text(), schedule)) }),
    ...containerFields,
    ...workloadFields,
  },
  { required: ["triggers"] },
);
