/** JSON Schema (draft 2020-12), as far as this room writes it. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
}

/** A text with a variable in it, which may be at every place of a compose file. */
export const interpolated: JsonSchema = { type: "string", pattern: "\\$" };

/** One of several, without a level more where there is only one. */
export function anyOf(...schemas: readonly JsonSchema[]): JsonSchema {
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
}

/** A schema for what may also be written with a variable. */
export function orVariable(schema: JsonSchema): JsonSchema {
  return anyOf(schema, interpolated);
}

export const text: JsonSchema = { type: "string" };
export const flag: JsonSchema = orVariable({ type: "boolean" });
export const whole = (minimum: number, maximum?: number): JsonSchema =>
  orVariable({ type: "integer", minimum, ...(maximum === undefined ? {} : { maximum }) });
export const words = (...values: readonly string[]): JsonSchema => orVariable({ enum: values });
export const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });

/** A mapping with these keys and no others. */
export function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: "object",
    properties,
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}
