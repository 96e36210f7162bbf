/** A resource's inputs as the arguments that the provider's schema has for them. */
import { leftOutOf, type LeftOut } from "./left-out";
import { terraformName } from "./names";
import { namesOf, type Block, type Kind } from "./schema";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A property that the provider has no argument for. */
export interface Unplaced {
  readonly type: string;
  /** In Pulumi's words. */
  readonly path: string;
  readonly value: unknown;
}

/** Replaces a value by a reference. @param top - the input that it stands in */
export type Refer = (value: Json, top: string) => Json;

/** Inputs that only Pulumi has. */
const pulumiOnly = new Set(["__defaults"]);

export class Shaper {
  readonly unplaced: Unplaced[] = [];
  readonly leftOut = new Set<LeftOut>();

  constructor(
    private readonly type: string,
    private readonly refer: Refer,
  ) {}

  /** @param path - to the block, in Pulumi's words; empty for the resource itself */
  block(block: Block, inputs: JsonRecord, path: readonly string[] = []): Record<string, Json> {
    const made: Record<string, Json> = {};
    for (const [key, value] of Object.entries(inputs)) {
      if (value === null || value === undefined || pulumiOnly.has(key)) continue;
      const here = [...path, key];
      const name = terraformName([this.type, ...here].join("."), namesOf(block));
      if (name === undefined) this.leave(here, value, made);
      else made[name] = this.argument(block, name, value, here);
    }
    return made;
  }

  private leave(path: readonly string[], value: unknown, made: Record<string, Json>): void {
    const known = leftOutOf(this.type, path.join("."));
    if (known === undefined) {
      this.unplaced.push({ type: this.type, path: path.join("."), value });
      return;
    }
    this.leftOut.add(known);
    for (const [name, text] of Object.entries(known.instead ?? {})) made[name] ??= text;
  }

  private argument(block: Block, name: string, value: unknown, path: readonly string[]): Json {
    const nested = block.block_types?.[name];
    if (nested !== undefined) {
      return listOf(value).map((item) => this.block(nested.block, item as JsonRecord, path));
    }
    return this.typed(block.attributes?.[name]?.type ?? "dynamic", value, path);
  }

  private typed(kind: Kind, value: unknown, path: readonly string[]): Json {
    if (typeof kind === "string") {
      const [only, ...others] = listOf(value);
      return this.refer((others.length === 0 ? only : value) as Json, path[0] ?? "");
    }
    if (kind[0] === "object") return this.object(kind[1], value as JsonRecord, path);
    const inner = kind[1];
    if (kind[0] === "map") {
      const entries = Object.entries(value as JsonRecord);
      return Object.fromEntries(entries.map(([key, item]) => [escaped(key), this.typed(inner, item, path)]));
    }
    return listOf(value).map((item) => this.typed(inner, item, path));
  }

  private object(kinds: Readonly<Record<string, Kind>>, value: JsonRecord, path: readonly string[]): Json {
    const made: Record<string, Json> = Object.fromEntries(Object.keys(kinds).map((name) => [name, null]));
    for (const [key, item] of Object.entries(value)) {
      const here = [...path, key];
      const name = terraformName([this.type, ...here].join("."), Object.keys(kinds));
      if (name === undefined) this.leave(here, item, {});
      else made[name] = this.typed(kinds[name] ?? "dynamic", item, here);
    }
    return made;
  }
}

/** Pulumi has the one item of a list that can hold no more as that item. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A text of its own, in which Terraform is to find no expression. */
export function escaped(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
