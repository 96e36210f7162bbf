/** The compose file as a whole, and the resources that its services share. */
import type { CanonicalFileObject, CanonicalNetwork, CanonicalProject, CanonicalVolume } from "../canonical";
import { externalAlone, oneOf } from "../defaults";
import { devicePath, ownPath } from "../inside-paths";
import { lengthenExternal } from "../long-form";
import { mergeByKind, mergePools } from "../merge-rules";
import { joinDevice, joinUnix } from "../relative-paths";
import { containerFields, names } from "./container";
import { listOf, mapOf, options, struct, textMap, textOrTexts, texts } from "./collections";
import { flag, optionalFlag, text, whole } from "./scalars";
import { type Below, dropped, either, type FieldsOf, merged, type Shape } from "./shape";
import { job, service } from "./service";

/** `true`, or (as it once was written) a mapping with the resource's name. */
const external: Shape = {
  ...either(mergeByKind, flag, struct<{ name: string }>({ name: text() })),
  emit: flag.emit,
};

/** What may have been made elsewhere, and then needs nothing said of it but its name. */
const elsewhere = { nullable: true, lengthen: lengthenExternal } as const;

const network: Shape = {
  ...struct<CanonicalNetwork>({
    name: text(),
    driver: text(),
    driver_opts: options,
    ipam: {
      ...struct<Below<CanonicalNetwork, "ipam">>({
        driver: text(),
        config: merged(
          mergePools,
          listOf(
            struct<Below<Below<CanonicalNetwork, "ipam">, "config">>({
              subnet: text(),
              gateway: text(),
              ip_range: text(),
              aux_addresses: mapOf(text()),
            }),
          ),
        ),
        options: mapOf(text()),
      }),
      absent: () => ({}),
    },
    external,
    internal: flag,
    attachable: flag,
    labels: textMap,
    enable_ipv4: optionalFlag,
    enable_ipv6: optionalFlag,
  }),
  ...elsewhere,
};

const volume: Shape = {
  ...struct<CanonicalVolume>({
    name: text(),
    driver: text(),
    driver_opts: options,
    external,
    labels: textMap,
  }),
  ...elsewhere,
  rule: externalAlone,
  resolve: joinDevice,
  inside: devicePath,
};

const fileObject = {
  name: text(),
  file: { ...text(), resolve: joinUnix, inside: ownPath },
  environment: text(),
};
const objectRest = { external, labels: textMap };

const secret: Shape = {
  ...struct<Omit<CanonicalFileObject, "content">>({
    ...fileObject,
    ...objectRest,
    driver: text(),
    driver_opts: mapOf(text(["text", "whole"])),
    template_driver: text(),
  }),
  lengthen: lengthenExternal,
  rule: oneOf("file", "environment"),
};

const content: Shape = { ...text(), secretive: true };

const configShape = struct<Omit<CanonicalFileObject, "driver" | "driver_opts">>({
  ...fileObject,
  content,
  ...objectRest,
  template_driver: text(),
});

/** A config whose content comes from the environment does not show it. */
const config: Shape = {
  ...configShape,
  lengthen: lengthenExternal,
  rule: oneOf("file", "environment", "content"),
  emit: (node, path, context) => {
    if (node.kind !== "map" || !node.entries.has("environment")) return configShape.emit(node, path, context);
    const entries = new Map(node.entries);
    entries.delete("content");
    return configShape.emit({ ...node, entries }, path, context);
  },
};

const model = struct<Record<string, unknown>>(
  { name: text(), model: text(), context_size: whole, runtime_flags: texts },
  { required: ["model"] },
);

const include = either(
  mergeByKind,
  text(),
  struct<Record<string, unknown>>(
    { path: textOrTexts, env_file: textOrTexts, project_directory: text() },
    { closed: true },
  ),
);

/** Everything that a compose file may have. */
const composeFields: FieldsOf<CanonicalProject, "version" | "include" | "models"> = {
  version: dropped(text()),
  name: text(),
  include: dropped(listOf(include)),
  services: { ...mapOf(service, names), absent: () => ({}) },
  networks: mapOf(network, names),
  volumes: mapOf(volume, names),
  secrets: mapOf(secret, names),
  configs: mapOf(config, names),
  models: dropped(mapOf(model, names)),
  jobs: mapOf(job, names),
};

export const compose: Shape = struct<Record<string, unknown>>(composeFields);

/** The keys that a `pre_start` hook inherits from its service. */
export const containerKeys: ReadonlySet<string> = new Set(Object.keys(containerFields));
