/** The compose file as a whole, and the resources that its services share. */
import { containerFields, names } from "./container";
import { listOf, mapOf, options, struct, textMap, textOrTexts, texts } from "./collections";
import { flag, optionalFlag, text, whole } from "./scalars";
import { dropped, either, type Fields, nullable, type Shape } from "./shape";
import { job, service } from "./service";

/** `true`, or (as it once was written) a mapping with the resource's name. */
const external: Shape = { ...either(flag, struct({ name: text() })), emit: flag.emit };

const network = nullable(
  struct({
    name: text(),
    driver: text(),
    driver_opts: options,
    ipam: {
      ...struct({
        driver: text(),
        config: listOf(
          struct({ subnet: text(), gateway: text(), ip_range: text(), aux_addresses: mapOf(text()) }),
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
);

const volume = nullable(
  struct({ name: text(), driver: text(), driver_opts: options, external, labels: textMap }),
);

const fileObject: Fields = { name: text(), file: text(), environment: text() };
const objectRest: Fields = { external, labels: textMap };

const secret = struct({
  ...fileObject,
  ...objectRest,
  driver: text(),
  driver_opts: mapOf(text(["text", "whole"])),
  template_driver: text(),
});

const content: Shape = { ...text(), secretive: true };

const configShape = struct({ ...fileObject, content, ...objectRest, template_driver: text() });

/** A config whose content comes from the environment does not show it. */
const config: Shape = {
  ...configShape,
  emit: (node, path, context) => {
    if (node.kind !== "map" || !node.entries.has("environment")) return configShape.emit(node, path, context);
    const entries = new Map(node.entries);
    entries.delete("content");
    return configShape.emit({ ...node, entries }, path, context);
  },
};

const model = struct(
  { name: text(), model: text(), context_size: whole, runtime_flags: texts },
  { required: ["model"] },
);

const include = either(
  text(),
  struct({ path: textOrTexts, env_file: textOrTexts, project_directory: text() }, { closed: true }),
);

/** Everything that may stand in a compose file. */
export const compose: Shape = struct({
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
});

/** The keys that a `pre_start` hook inherits from its service. */
export const containerKeys: ReadonlySet<string> = new Set(Object.keys(containerFields));
