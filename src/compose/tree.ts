/**
 * The tree that the loader works on: YAML values that know where they were written.
 *
 * Nodes are never changed after they are made, so an alias shares its anchor's node and a merge shares what it keeps.
 * Mappings are `Map`s: a key such as `__proto__` is a key like any other.
 */
import type { SourceLocation } from "../errors";
import type { Json } from "./canonical-values";

/** A file's text, and where its lines begin. */
export class SourceFile {
  #lineStarts: readonly number[] | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  /** The line and column, counted from 1, of an offset into the text. */
  locate(offset: number): SourceLocation {
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    const end = starts[low + 1] ?? this.text.length + 1;
    const text = this.text.slice(start, end - 1).replace(/\r$/, "");
    return { file: this.path, line: low + 1, column: offset - start + 1, text };
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Where a node was written: the key of a mapping's entry, the beginning of a list's item. */
export interface Place {
  readonly file: SourceFile;
  readonly offset: number;
}

export interface Scalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The value as the reference prints it where text is asked for. */
  readonly text: string;
  readonly at?: Place | undefined;
}

export interface List {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at?: Place | undefined;
}

export interface Mapping {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Node>;
  readonly at?: Place | undefined;
}

export type Node = Scalar | List | Mapping;

/** A scalar made by the loader. */
export function scalar(value: string | boolean | null, at?: Place): Scalar {
  return { kind: "scalar", value, text: value === null ? "<nil>" : String(value), at };
}

/** A whole number made by the loader. */
export function integer(value: number, at?: Place): Scalar {
  return { kind: "scalar", value, text: String(value), at };
}

export function list(items: readonly Node[], at?: Place): List {
  return { kind: "list", items, at };
}

export function mapping(entries: Iterable<readonly [string, Node]>, at?: Place): Mapping {
  return { kind: "map", entries: new Map(entries), at };
}

export const nothing: Scalar = scalar(null);

export function isNull(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The text of a node that is a text, else undefined. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The entry of a mapping; undefined where the node is no mapping or has no such key. */
export function entry(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let found = node;
  for (const key of keys) found = found?.kind === "map" ? found.entries.get(key) : undefined;
  return found;
}

/** The mapping with an entry set, in the entry's place where it has one. */
export function withEntry(node: Mapping, key: string, value: Node): Mapping {
  return { ...node, entries: new Map(node.entries).set(key, value) };
}

/** The mapping with every entry that the callback makes; undefined drops it. */
export function mapEntries(node: Mapping, make: (value: Node, key: string) => Node | undefined): Mapping {
  const entries = new Map<string, Node>();
  for (const [key, value] of node.entries) {
    const made = make(value, key);
    if (made !== undefined) entries.set(key, made);
  }
  return { ...node, entries };
}

/** The same node, written elsewhere. */
export function movedTo(node: Node, at: Place | undefined): Node {
  return at === undefined ? node : { ...node, at };
}

/** Two nodes have the same fingerprint exactly when they are equal, wherever they were written. */
export function fingerprint(node: Node): string {
  if (node.kind === "list") return `[${node.items.map(fingerprint).join(",")}]`;
  if (node.kind === "scalar") return `${typeof node.value}${JSON.stringify(node.text)}`;
  const entries = [...node.entries].sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${fingerprint(value)}`).join(",")}}`;
}

/** Order of texts by code unit, which is not the machine's language's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A record without a prototype, its keys sorted. */
export function sortedRecord<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record = Object.create(null) as Record<string, T>;
  for (const [key, value] of [...entries].sort(([a], [b]) => compareText(a, b))) record[key] = value;
  return record;
}

/** The node as plain JSON. */
export function toJson(node: Node): Json {
  if (node.kind === "list") return node.items.map(toJson);
  if (node.kind === "map") {
    return sortedRecord([...node.entries].map(([key, value]) => [key, toJson(value)] as const));
  }
  return node.value;
}

/** A path and one more key; a key with a dot in it stays as it is. */
export function joinKey(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
