/** The schema of a shape of the Compose Specification, with what Berth does with each key as its description. */
import type { CoverageRow } from "../interpret";
import type { Fields, ScalarRule, ScalarType, Shape } from "../compose/schema/shape";
import { anyOf, interpolated, type JsonSchema } from "./schema";

export interface Described {
  /** The coverage table by its paths: `services.*.ports[].target`. */
  readonly rows: ReadonlyMap<string, CoverageRow>;
  /** The schemas of Berth's own keys below a path, by that path. */
  extensionsAt(path: string): Readonly<Record<string, JsonSchema>>;
}

const typeNames: Readonly<Record<ScalarType, string>> = {
  text: "string",
  whole: "integer",
  number: "number",
  boolean: "boolean",
};

/** What a text of another type is read as (compose-go, interpolation of types). */
const castPatterns = {
  boolean: "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF|[YyNnTtFf01])$|\\$",
  whole: "^[-+]?[0-9]|\\$",
  number: "^[-+]?[0-9.]|\\$",
  "any-base": "^[-+]?[0-9]|\\$",
} as const;

/** @param path - of the value, as the coverage table has it; empty for the whole file */
export function schemaOf(shape: Shape, path: string, described: Described): JsonSchema {
  const row = described.rows.get(path);
  const alternatives = row?.verdict === "refused" ? [{}] : alternativesOf(shape, path, described);
  return { ...anyOf(...alternatives), ...descriptionOf(row) };
}

function alternativesOf(shape: Shape, path: string, described: Described): readonly JsonSchema[] {
  if (shape.anything === true && shape.fields === undefined) return [{}];
  return [
    ...(shape.scalar === undefined ? [] : scalarSchemas(shape.scalar)),
    ...(shape.items === undefined ? [] : [listSchema(shape, shape.items, path, described)]),
    ...(shape.fields === undefined ? [] : [mapSchema(shape, shape.fields, path, described)]),
    ...(shape.values === undefined
      ? []
      : [freeMapSchema(shape.values, shape.keys, path === "" ? "*" : `${path}.*`, described)]),
    ...(shape.nullable === true ? [{ type: "null" }] : []),
  ];
}

function scalarSchemas({ types, oneOf, pattern, minimum, maximum, cast }: ScalarRule): readonly JsonSchema[] {
  if (oneOf !== undefined) return [{ enum: oneOf }, interpolated];
  if (pattern !== undefined) return [{ type: "string", pattern: pattern.source }, interpolated];
  const others = types.filter((type) => type !== "text").map((type) => typeNames[type]);
  const range = {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  const texts: JsonSchema = !types.includes("text")
    ? interpolated
    : cast === undefined
      ? { type: "string" }
      : { type: "string", pattern: castPatterns[cast] };
  const [first] = others;
  const rest = others.length === 1 && first !== undefined ? first : others;
  return [texts, ...(others.length === 0 ? [] : [{ type: rest, ...range }])];
}

function listSchema(shape: Shape, items: Shape, path: string, described: Described): JsonSchema {
  return {
    type: "array",
    items: schemaOf(items, `${path}[]`, described),
    ...(shape.unique === true ? { uniqueItems: true } : {}),
  };
}

function mapSchema(shape: Shape, fields: Fields, path: string, described: Described): JsonSchema {
  const own = Object.entries(fields).map(([key, field]) => [
    key,
    schemaOf(field, below(path, key), described),
  ]);
  const properties = {
    ...(Object.fromEntries(own) as Record<string, JsonSchema>),
    ...described.extensionsAt(path),
  };
  return {
    type: "object",
    properties,
    ...(shape.extensible === true ? { patternProperties: { "^x-": {} } } : {}),
    additionalProperties: shape.anything === true,
    ...(shape.required === undefined ? {} : { required: shape.required }),
  };
}

function freeMapSchema(
  values: Shape,
  keys: RegExp | undefined,
  path: string,
  described: Described,
): JsonSchema {
  return {
    type: "object",
    additionalProperties: schemaOf(values, path, described),
    ...(keys === undefined ? {} : { propertyNames: { pattern: keys.source } }),
  };
}

export function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** What editors show at a key; a refused one is struck through. */
export function descriptionOf(row: CoverageRow | undefined): JsonSchema {
  if (row?.why === undefined) return {};
  const { verdict, why, fix } = row;
  if (verdict === "honoured") return { description: why };
  if (verdict === "warned") return { description: `Without effect on AWS: ${why}` };
  return { description: `Refused: ${why}${fix === undefined ? "" : `. Instead: ${fix}`}`, deprecated: true };
}
