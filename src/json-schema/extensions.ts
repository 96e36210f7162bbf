/** The schemas of Berth's own keys. Their readers in `src/interpret/` check the same, and more than a schema can say. */
import { z } from "zod";
import { alertForms } from "../model/alerts";
import { roleArn } from "../model/zone-role";
import { strategies } from "../model/strategy";
import { settings } from "../modes/modes";
import type { StoreKind } from "../model/project";
import { storeRows } from "../stores";
import {
  anyOf,
  flag,
  interpolated,
  list,
  object,
  orVariable,
  text,
  whole,
  words,
  type JsonSchema,
} from "./schema";

const onOr = (schema: JsonSchema): JsonSchema => anyOf({ type: "boolean" }, interpolated, schema);

const policies = anyOf(text, list(text));
const test = anyOf(text, object({ target: text }, ["target"]));

const domain = anyOf(
  text,
  object(
    {
      name: text,
      zone: orVariable({ type: "string", pattern: "^Z[A-Z0-9]{1,31}$" }),
      "zone-role": orVariable({ type: "string", pattern: roleArn.source }),
      redirect: text,
    },
    ["name"],
  ),
);

const schedule = anyOf(
  text,
  object({
    cron: text,
    every: text,
    timezone: text,
    overlap: words("skip", "allow"),
    timeout: text,
    retries: whole(0, 100),
  }),
);

/** @param dir - what names the folder */
function site(dir: string): JsonSchema {
  return anyOf(
    text,
    object({ [dir]: text, index: text, spa: flag, headers: { type: "object", additionalProperties: text } }, [
      dir,
    ]),
  );
}

const strategyName = words(...strategies);

const rollout = object({
  strategy: strategyName,
  percent: orVariable({ type: "number", minimum: 0.1, maximum: 100 }),
  bake: text,
  test: object({ command: anyOf(text, list(text)) }, ["command"]),
});

const autoscaling = onOr(
  object({
    min: whole(1),
    max: whole(1),
    cpu: whole(1, 100),
    memory: whole(1, 100),
    requests: whole(1),
  }),
);

/** Of options that several stores have; one that is not here takes anything. */
const optionSchemas: Readonly<Record<string, JsonSchema>> = {
  "allow-downtime": flag,
  "extended-support": flag,
  tls: words("required", "preferred", "off"),
  ca: orVariable({ type: "string", pattern: "^(/[\\w.-]+){2,}$" }),
  parameters: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
  "max-storage": whole(20, 65_536),
  storage: whole(20, 65_536),
  iops: whole(12_000, 64_000),
  replicas: whole(0, 15),
  throughput: whole(500, 4000),
  "instance-class": orVariable({ type: "string", pattern: "^db\\.[a-z0-9-]+\\.[a-z0-9-]+$" }),
  "node-type": orVariable({ type: "string", pattern: "^cache\\.[a-z0-9-]+\\.[a-z0-9-]+$" }),
  "from-snapshot": text,
  extensions: list(text),
};

/** Options that are read without a row of the store's table. */
const further: Readonly<Partial<Record<StoreKind, readonly string[]>>> = { postgres: ["extensions"] };

const storeKeys = Object.fromEntries(
  storeRows.flatMap(({ kind, keys, options }) => {
    const names = [...Object.keys(options), ...(further[kind] ?? [])];
    const schema = onOr(object(Object.fromEntries(names.map((name) => [name, optionSchemas[name] ?? {}]))));
    return keys.map((key) => [key, schema] as const);
  }),
);

/**
 * By the path of the mapping, as the coverage table has it, then by key; synonyms of a key have its schema. What has no
 * row in the table is no part of the published schema.
 */
export const extensionSchemas: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  "": { "x-berth": berthKeys() },
  "services.*": {
    ...storeKeys,
    "x-build": anyOf({ const: "auto" }, object({ auto: { type: "boolean" } }, ["auto"]), interpolated),
    "x-public": flag,
    "x-autoscaling": autoscaling,
    "x-defang-autoscaling": autoscaling,
    "x-domains": anyOf(domain, list(domain)),
    "x-path": anyOf(text, object({ prefix: text, strip: flag }, ["prefix"])),
    "x-sticky": anyOf({ type: ["boolean", "integer"] }, text),
    "x-schedule": schedule,
    "x-rollout": anyOf(strategyName, rollout),
    "x-alarms": anyOf(text, list(text)),
    "x-static": site("dir"),
    "x-defang-static-files": site("folder"),
    "x-test": test,
    "x-registry-credentials": text,
    "x-policies": policies,
    "x-defang-policies": policies,
  },
  "services.*.build": {
    "x-test": test,
    "x-registry-credentials": { type: "object", additionalProperties: text },
    "x-snapshots": words("full", "fast"),
  },
  "services.*.ports[]": { "x-public": flag },
};

/** `x-berth`: the settings of the modes, by the schemas that read them; and who is notified of what goes wrong. */
function berthKeys(): JsonSchema {
  const properties = Object.entries(settings).map(([name, { schema, means }]) => {
    const { $schema: _, ...own } = z.toJSONSchema(schema(), {
      io: "input",
      unrepresentable: "any",
    }) as JsonSchema;
    return [name, { ...orVariable(own), description: means }] as const;
  });
  const alert = anyOf(text, object({ url: text, form: words(...alertForms) }, ["url"]));
  const alerts = {
    ...anyOf(alert, list(alert)),
    description:
      "mail addresses and https URLs of webhooks that are notified of what goes wrong between runs",
  };
  return object({ ...Object.fromEntries(properties), alerts });
}
