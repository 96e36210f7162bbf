/** The shapes of lists and mappings. */
import type { Json, OptionalTextMap, TextMap } from "../canonical-values";
import { joinLists, mergeByKind, mergePairs } from "../merge-rules";
import type { Problems } from "../problems";
import { compareText, isNull, joinKey, type Mapping, type Node, sortedRecord, toJson } from "../tree";
import { keyOfPair } from "../unique";
import { text } from "./scalars";
import {
  type CanonicalOf,
  either,
  type EmitContext,
  emitted,
  type Fields,
  keyed,
  merged,
  type Shape,
} from "./shape";

/** A list of values of one shape, left out where it is empty. */
export function listOf<T>(items: Shape<T>): Shape<readonly T[]> {
  return {
    items,
    emit: (node, path, context) => {
      const emitted = itemsOf(node).map(
        (item, index) => items.emit(item, `${path}[${index}]`, context) ?? emptyOf(items),
      );
      return emitted.length === 0 ? undefined : emitted;
    },
  };
}

/** What a list has in place of an item that is left out elsewhere: its zero value. */
function emptyOf(shape: Shape): Json {
  return shape.scalar === undefined ? null : "";
}

export function itemsOf(node: Node): readonly Node[] {
  return node.kind === "list" ? node.items : [];
}

/** A list of texts; numbers too where `types` lets them in. */
export const texts: Shape<readonly string[]> = listOf(text());

/** Texts of which no two are equal. */
export const distinctTexts: Shape<readonly string[]> = { ...texts, unique: true };

/** Texts or numbers of which no two are equal, as texts. */
export const distinctTextsOrNumbers: Shape<readonly string[]> = {
  ...listOf(text(["text", "number"])),
  unique: true,
};

/** One text or a list of distinct ones, as a list. */
export const textOrTexts: Shape<readonly string[]> = emitted(
  either(mergeByKind, text(), distinctTexts),
  (node, path, context) => (node.kind === "scalar" ? [node.text] : texts.emit(node, path, context)),
);

/** The same, and of two files the texts of both. */
export const textOrJoinedTexts: Shape<readonly string[]> = keyed(merged(joinLists, textOrTexts), keyOfPair);

/** A mapping with keys of the user's own, sorted, left out where it is empty. */
export function mapOf<T>(values: Shape<T>, keys?: RegExp): Shape<Readonly<Record<string, T>>> {
  return {
    values,
    ...(keys === undefined ? {} : { keys }),
    emit: (node, path, context) => {
      if (node.kind !== "map" || node.entries.size === 0) return undefined;
      return sortedRecord(
        [...node.entries].map(([key, value]) => [
          key,
          isNull(value) ? null : (values.emit(value, joinKey(path, key), context) ?? null),
        ]),
      );
    },
  };
}

/** A value of a mapping of texts. */
export const plainValue = {
  ...text(["text", "number", "boolean"]),
  nullable: true,
  secretive: true,
} as const;

/** The entries of a mapping of texts in either form: a mapping, or a list of `key=value`; null where no value is. */
export function textEntries(node: Node): readonly (readonly [string, string | null, Node])[] {
  if (node.kind === "map") {
    return [...node.entries].map(([key, value]) => [key, isNull(value) ? null : scalarText(value), value]);
  }
  return itemsOf(node).map((item) => {
    const source = scalarText(item);
    const at = source.indexOf("=");
    return at < 0 ? [source, null, item] : [source.slice(0, at), source.slice(at + 1), item];
  });
}

function scalarText(node: Node): string {
  return node.kind === "scalar" ? node.text : "";
}

/** Notes names of environment variables that end in a space: `NAME =value` is a typing error. */
export function checkNames(node: Node, path: string, problems: Problems): void {
  if (node.kind !== "list") return;
  for (const [key, , at] of textEntries(node)) {
    if (/\s$/.test(key))
      problems.add(`the name ${JSON.stringify(key)} ends in a space`, { path, at, secretive: true });
  }
}

function textMapShape<T>(emptyValue: string | null): Shape<T> {
  return {
    values: plainValue,
    items: { ...text(), secretive: true },
    unique: true,
    keyOf: keyOfPair,
    merge: mergePairs,
    secretive: true,
    emit: (node, path, { problems }) => {
      if (emptyValue === null) checkNames(node, path, problems);
      const record = textEntries(node).map(([key, value]) => [key, value ?? emptyValue] as const);
      return record.length === 0 ? undefined : sortedRecord(record);
    },
  };
}

/** Texts by name, in either form; empty where no value is given. */
export const textMap: Shape<TextMap> = textMapShape("");

/** Environment variables, in either form; null where no value is given. */
export const environmentMap: Shape<OptionalTextMap> = textMapShape(null);

/** Options handed on to a driver: a mapping only. */
export const options: Shape<TextMap> = {
  values: { ...text(["text", "number"]), nullable: true },
  emit: (node, path, context) => textMap.emit(node, path, context),
};

/** Host names and their addresses as `name=address`, sorted. */
export const hosts: Shape<readonly string[]> = {
  values: { ...either(mergeByKind, text(), texts), nullable: true, emit: () => undefined },
  items: text(),
  unique: true,
  merge: joinLists,
  emit: (node, path, { problems }) => {
    const byName = new Map<string, string[]>();
    for (const [name, addresses, at] of hostEntries(node)) {
      if (name === "" || /[:=]/.test(name) || addresses === undefined) {
        problems.add(`${JSON.stringify(scalarText(at))} names no host and its address`, {
          path,
          at,
          hint: "write name=address",
        });
        continue;
      }
      byName.set(name, [...(byName.get(name) ?? []), ...addresses.map(withoutBrackets)]);
    }
    const all = [...byName].flatMap(([name, addresses]) => addresses.map((address) => `${name}=${address}`));
    return all.length === 0 ? undefined : all.sort(compareText);
  },
};

function hostEntries(node: Node): readonly (readonly [string, readonly string[] | undefined, Node])[] {
  if (node.kind === "map") {
    return [...node.entries].map(([name, value]) => [
      name,
      value.kind === "list" ? value.items.map(scalarText) : [isNull(value) ? "" : scalarText(value)],
      value,
    ]);
  }
  return itemsOf(node).map((item) => {
    const source = scalarText(item);
    const separator = source.includes("=") ? "=" : ":";
    const at = source.indexOf(separator);
    return at < 0 ? [source, undefined, item] : [source.slice(0, at), source.slice(at + 1).split(","), item];
  });
}

function withoutBrackets(address: string): string {
  return address.length > 2 && address.startsWith("[") && address.endsWith("]")
    ? address.slice(1, -1)
    : address;
}

/** A mapping with known keys, in the order of the fields. */
export function struct<F extends Fields>(
  fields: F,
  settings: { readonly required?: readonly (keyof F & string)[]; readonly closed?: true } = {},
): Shape<CanonicalOf<F>> {
  return {
    fields,
    ...(settings.required === undefined ? {} : { required: settings.required }),
    ...(settings.closed === undefined ? { extensible: true } : {}),
    emit: (node, path, context) =>
      node.kind === "map" ? emitFields(node, fields, path, context) : undefined,
  };
}

/** The canonical form of a mapping with known keys; its extensions are noted beside it. */
export function emitFields(
  node: Mapping,
  fields: Fields,
  path: string,
  context: EmitContext,
): Record<string, Json> {
  const record = Object.create(null) as Record<string, Json>;
  for (const [key, shape] of Object.entries(fields)) {
    const value = node.entries.get(key);
    const emitted =
      value === undefined || isNull(value) ? undefined : shape.emit(value, joinKey(path, key), context);
    const kept = emitted ?? shape.absent?.();
    if (kept !== undefined) record[key] = kept;
  }
  for (const [key, value] of node.entries) {
    if (key.startsWith("x-")) context.extension(path, key, toJson(value));
  }
  return record;
}
