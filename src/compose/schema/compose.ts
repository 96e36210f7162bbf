/** The compose file as a whole, and the resources that its services share. */
import { externalAlone, oneOf } from "../defaults";
import { devicePath, ownPath } from "../inside-paths";
import { lengthenExternal } from "../long-form";
import { mergeByKind, mergePools } from "../merge-rules";
import { joinDevice, joinUnix } from "../relative-paths";
import { containerFields, names } from "./container";
import { listOf, mapOf, options, struct, textMap, textOrTexts, texts } from "./collections";
import { flag, optionalFlag, text, whole } from "./scalars";
import { always, type Canonical, dropped, either, emitted, marked, merged, present } from "./shape";
import { job, service } from "./service";

/** `true`, or (as it once was written) a mapping with the resource's name. */
const external = emitted<true>(either(mergeByKind, flag, struct({ name: text() })), flag.emit);

/** What may have been made elsewhere, and then needs nothing said of it but its name. */
const elsewhere = { nullable: true, lengthen: lengthenExternal } as const;

const network = marked(
  struct({
    /** `<project>_<key>` where none is written. */
    name: present(text()),
    driver: text(),
    driver_opts: options,
    ipam: always(
      struct({
        driver: text(),
        config: merged(
          mergePools,
          listOf(
            struct({
              subnet: text(),
              gateway: text(),
              ip_range: text(),
              aux_addresses: mapOf(text()),
            }),
          ),
        ),
        options: mapOf(text()),
      }),
      () => ({}),
    ),
    external,
    internal: flag,
    attachable: flag,
    labels: textMap,
    enable_ipv4: optionalFlag,
    enable_ipv6: optionalFlag,
  }),
  elsewhere,
);

const volume = marked(
  struct({
    name: present(text()),
    driver: text(),
    driver_opts: options,
    external,
    labels: textMap,
  }),
  { ...elsewhere, rule: externalAlone, resolve: joinDevice, inside: devicePath },
);

const fileObject = {
  name: present(text()),
  file: marked(text(), { resolve: joinUnix, inside: ownPath }),
  environment: text(),
};
const objectRest = { external, labels: textMap };

const secret = marked(
  struct({
    ...fileObject,
    ...objectRest,
    driver: text(),
    driver_opts: mapOf(text(["text", "whole"])),
    template_driver: text(),
  }),
  { lengthen: lengthenExternal, rule: oneOf("file", "environment") },
);

const configShape = struct({
  ...fileObject,
  content: marked(text(), { secretive: true }),
  ...objectRest,
  template_driver: text(),
});

/** A config whose content comes from the environment does not show it. */
const config = emitted<Canonical<typeof configShape>>(
  marked(configShape, { lengthen: lengthenExternal, rule: oneOf("file", "environment", "content") }),
  (node, path, context) => {
    if (node.kind !== "map" || !node.entries.has("environment")) return configShape.emit(node, path, context);
    const entries = new Map(node.entries);
    entries.delete("content");
    return configShape.emit({ ...node, entries }, path, context);
  },
);

const model = struct(
  { name: text(), model: text(), context_size: whole, runtime_flags: texts },
  { required: ["model"] },
);

const include = either(
  mergeByKind,
  text(),
  struct({ path: textOrTexts, env_file: textOrTexts, project_directory: text() }, { closed: true }),
);

/** Everything that a compose file may have. */
export const compose = struct({
  version: dropped(text()),
  name: present(text()),
  include: dropped(listOf(include)),
  /** The services whose profiles are active, by name. */
  services: always(mapOf(service, names), () => ({})),
  networks: mapOf(network, names),
  volumes: mapOf(volume, names),
  secrets: mapOf(secret, names),
  configs: mapOf(config, names),
  models: dropped(mapOf(model, names)),
  jobs: mapOf(job, names),
});

/** The keys that a `pre_start` hook inherits from its service. */
export const containerKeys: ReadonlySet<string> = new Set(Object.keys(containerFields));
