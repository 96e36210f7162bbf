/** The JSON Schema of compose files for Berth, which editors complete and check by: published with the package. */
import { coverageRows } from "../interpret";
import { compose } from "../compose/schema/compose";
import { extensionSchemas } from "./extensions";
import type { JsonSchema } from "./schema";
import { below, descriptionOf, schemaOf } from "./shapes";

export type { JsonSchema } from "./schema";

/** Where the published package's schema can be read from (unpkg.com serves the files of npm's packages). */
export const schemaUrl = "https://unpkg.com/@berth-cd/berth/dist/compose-schema.json";

export function composeSchema(): JsonSchema {
  const rows = new Map(coverageRows().map((row) => [row.key, row]));
  const extensionsAt = (path: string): Readonly<Record<string, JsonSchema>> => {
    const prefix = below(path, "x-");
    const listed = [...rows.keys()]
      .filter((key) => key.startsWith(prefix) && !/[.[]/.test(key.slice(prefix.length)))
      .map((key) => `x-${key.slice(prefix.length)}`);
    const known = extensionSchemas[path] ?? {};
    return Object.fromEntries(
      listed.map((name) => [name, { ...known[name], ...descriptionOf(rows.get(below(path, name))) }]),
    );
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: schemaUrl,
    title: "Compose file for Berth",
    ...schemaOf(compose, "", { rows, extensionsAt }),
  };
}
