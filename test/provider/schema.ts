/** The schema of terraform-provider-aws, as `terraform providers schema -json` prints it (format 1.0). */

/** A type of an attribute: `"string"`, `["list", T]`, `["set", T]`, `["map", T]`, `["object", {name: T}]`. */
export type Kind =
  string | readonly ["list" | "set" | "map", Kind] | readonly ["object", Readonly<Record<string, Kind>>];

export interface Attribute {
  readonly type?: Kind;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

export interface NestedBlock {
  readonly nesting_mode: "single" | "list" | "set" | "map" | "group";
  readonly block: Block;
}

export interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, NestedBlock>>;
}

export interface ProviderSchema {
  readonly provider: { readonly block: Block };
  readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
}

/** @throws Error where the text holds no schema of exactly one provider */
export function parseSchema(text: string): ProviderSchema {
  const { provider_schemas } = JSON.parse(text) as {
    readonly provider_schemas?: Readonly<Record<string, ProviderSchema>>;
  };
  const [schema, ...others] = Object.values(provider_schemas ?? {});
  if (schema === undefined || others.length > 0) throw new Error("this is no schema of one provider");
  return schema;
}

/** The names that an argument of a block can have. */
export function namesOf(block: Block): readonly string[] {
  return [...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})];
}
