/** Services and jobs, with their builds (Compose Specification, "Services", "Build"; jobs as compose-go has them). */
import { filled, fillPort, hostAddress, notBlank } from "../defaults";
import { ownPath } from "../inside-paths";
import {
  lengthenBuild,
  lengthenDependencies,
  lengthenPorts,
  lengthenSsh,
  textAs,
  toList,
  toPairs,
  toText,
} from "../long-form";
import { mergeBuild, mergeByKind, mergeDependencies, replace } from "../merge-rules";
import { join, joinContext, joinUnix } from "../relative-paths";
import { keyOfExposed, keyOfPair, keyOfPort } from "../unique";
import { containerFields, command, names, ulimits } from "./container";
import { fileMounts } from "./mounts";
import {
  distinctTexts,
  distinctTextsOrNumbers,
  environmentMap,
  hosts,
  itemsOf,
  listOf,
  mapOf,
  plainValue,
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
  optionalDuration,
  optionalFlag,
  optionalTruncated,
  optionalWhole,
  patterned,
  strictFlag,
  text,
  whole,
  word,
} from "./scalars";
import { always, dropped, either, emitted, type Fields, keyed, marked, nullable } from "./shape";

const textOrBoolean = text(["text", "boolean"]);

const { keyOf: _everyEntryStays, ...pairs } = environmentMap;
const ssh = emitted<readonly string[]>(
  {
    ...marked(pairs, { merge: mergeByKind, lengthen: lengthenSsh }),
    values: marked(plainValue, { resolve: joinUnix }),
  },
  (node) => {
    const keys = textEntries(node).map(([id, path]) => (path === null || path === "" ? id : `${id}=${path}`));
    return keys.length === 0 ? undefined : keys;
  },
);

const contextPath = { resolve: joinContext, inside: ownPath };

const build = struct({
  context: marked(text(), contextPath),
  dockerfile: text(),
  dockerfile_inline: text(),
  entitlements: texts,
  args: environmentMap,
  provenance: marked(textOrBoolean, { lengthen: toText }),
  sbom: marked(textOrBoolean, { lengthen: toText }),
  ssh,
  labels: textMap,
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  no_cache_filter: textOrTexts,
  additional_contexts: { ...textMap, values: { ...plainValue, ...contextPath }, lengthen: toPairs },
  pull: flag,
  extra_hosts: hosts,
  isolation: text(),
  network: text(),
  target: text(),
  secrets: fileMounts,
  shm_size: bytes(),
  tags: keyed(texts, keyOfPair),
  ulimits: ulimits(mergeByKind),
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

const port = marked(
  either(
    mergeByKind,
    text(["text", "number"]),
    struct(
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
    ),
  ),
  { fill: fillPort, rule: hostAddress },
);

/** The healthcheck of a service. */
const healthcheck = struct({
  /** `["CMD", …]`, `["CMD-SHELL", command]` or `["NONE"]`. */
  test: emitted<readonly string[]>(either(replace, text(), texts), (node) => {
    if (node.kind === "scalar") return ["CMD-SHELL", node.text];
    const items = itemsOf(node);
    return items.length === 0 ? undefined : items.map((item) => (item.kind === "scalar" ? item.text : ""));
  }),
  timeout: optionalDuration,
  interval: optionalDuration,
  retries: optionalTruncated,
  start_period: optionalDuration,
  start_interval: optionalDuration,
  disable: flag,
});

const workloadFields = {
  build: marked(either(mergeBuild, text(), build), { lengthen: lengthenBuild, fill: filled("context", ".") }),
  depends_on: marked(either(mergeDependencies, distinctTexts, dependsOn), { lengthen: lengthenDependencies }),
  expose: keyed(distinctTextsOrNumbers, keyOfExposed),
  healthcheck,
  ports: marked(listOf(port), { unique: true, keyOf: keyOfPort, lengthen: lengthenPorts }),
  stdin_open: flag,
  tty: flag,
} satisfies Fields;

const hook = struct(
  { command, user: text(), privileged: flag, working_dir: text(), environment: environmentMap },
  { required: ["command"] },
);

const watch = struct(
  {
    path: marked(
      always(text(), () => ""),
      { resolve: join, rule: notBlank },
    ),
    action: always(word("rebuild", "sync", "restart", "sync+restart", "sync+exec"), () => ""),
    target: text(),
    exec: always(hook, () => ({ command: null })),
    include: marked(textOrTexts, { lengthen: toList }),
    ignore: marked(textOrTexts, { lengthen: toList }),
    initial_sync: strictFlag,
  },
  { required: ["path", "action"] },
);

const providerValue = text(["text", "number", "boolean"]);

const provider = struct(
  {
    type: text(),
    options: mapOf(
      emitted<readonly string[]>(either(mergeByKind, providerValue, listOf(providerValue)), (node) =>
        (node.kind === "list" ? itemsOf(node) : [node]).map((item) =>
          item.kind === "scalar" ? item.text : "",
        ),
      ),
    ),
  },
  { required: ["type"] },
);

/** A service's attributes. */
export const serviceFields = {
  profiles: keyed(distinctTexts, keyOfPair),
  deploy,
  develop: nullable(struct({ watch: listOf(watch) })),
  restart: text(),
  scale: optionalWhole,
  attach: optionalFlag,
  container_name: patterned(
    /[a-zA-Z0-9][a-zA-Z0-9_.-]+/,
    "a name of two or more letters, digits, _, . and -",
  ),
  provider,
  extends: marked(
    dropped(
      either(
        mergeByKind,
        text(),
        struct(
          { service: text(), file: marked(text(), { resolve: join }) },
          { required: ["service"], closed: true },
        ),
      ),
    ),
    { lengthen: textAs("service") },
  ),
  external_links: distinctTexts,
  links: keyed(distinctTexts, keyOfPair),
  pre_start: marked(listOf(struct({ ...containerFields, per_replica: flag })), {
    without: ["fill", "rule"],
  }),
  post_start: listOf(hook),
  pre_stop: listOf(hook),
  ...containerFields,
  ...workloadFields,
} satisfies Fields;

export const service = struct(serviceFields);

const schedule = struct(
  {
    cron: text(),
    timezone: text(),
    concurrency: word("forbid", "queue"),
    missed_fires: word("one", "skip"),
  },
  { required: ["cron"] },
);

export const job = marked(
  struct(
    {
      profiles: distinctTexts,
      triggers: struct({
        manual: optionalFlag,
        schedule: listOf(marked(either(mergeByKind, text(), schedule), { lengthen: textAs("cron") })),
      }),
      ...containerFields,
      ...workloadFields,
    },
    { required: ["triggers"] },
  ),
  { without: ["rule"] },
);
