/**
 * Shapes: what a value of the Compose Specification may be, and what the canonical form makes of it.
 *
 * Every alternative of the specification's schema is told apart by its kind alone (a scalar, a list or a mapping), so
 * a shape holds at most one of each: `build` is a text or a mapping, `command` a text, a list or null.
 */
import type { Json } from "../canonical";
import type { Problems } from "../problems";
import type { Mapping, Node } from "../tree";

export type ScalarType = "text" | "whole" | "number" | "boolean";

/** What a text at a place of another type is read as. */
export type Cast = "boolean" | "whole" | "number" | "any-base";

export interface ScalarRule {
  readonly types: readonly ScalarType[];
  readonly oneOf?: readonly string[];
  readonly pattern?: RegExp;
  /** In words, for a text that the pattern refuses. */
  readonly meaning?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly cast?: Cast;
}

/** What emission needs beside the node. */
export interface EmitContext {
  readonly problems: Problems;
  /** Notes an extension of the mapping at a path. */
  extension(path: string, key: string, value: Json): void;
}

/** The canonical form of a node that the shape has accepted; undefined where the form leaves it out. */
export type Emit = (node: Node, path: string, context: EmitContext) => Json | undefined;

/** What two files' values of a key come to. */
export type Merger = (base: Node, over: Node, path: string, shape: Shape | undefined) => Node;

/**
 * A value with its short form made long; a text that is none of its kind is a {@link LoadProblem}, and stays as it is.
 *
 * @param deeper - goes on with what is in it
 */
export type Lengthen = (
  node: Node,
  path: string,
  deeper: (node: Node) => Node,
  context: LengthenContext,
) => Node;

/** What the whole tree shares on the way. */
export interface LengthenContext {
  readonly problems: Problems;
  ports: number;
}

/** What tells an entry of a list apart from the others; undefined where that cannot be said. */
export type KeyOf = (entry: Node) => string | undefined;

export interface Shape {
  readonly scalar?: ScalarRule;
  readonly items?: Shape;
  /** No two items are equal. */
  readonly unique?: true;
  /** An entry takes the place of an earlier one of the same key. @default they all stay */
  readonly keyOf?: KeyOf;
  /** @default by kind: mappings are merged, lists are joined, anything else is replaced */
  readonly merge?: Merger;
  readonly lengthen?: Lengthen;
  /** The mapping with what the reference fills in. */
  readonly fill?: (node: Mapping) => Mapping;
  /** Notes what a shape can't say: keys that exclude or need each other. */
  readonly rule?: (node: Node, path: string, problems: Problems) => void;
  /** The value of an included or extended file, its relative paths seen from the folder above `folder`. */
  readonly resolve?: (node: Node, folder: string) => Node;
  /** The value with each path of it that may be absolute, and lie in the project's folder, changed. */
  readonly inside?: (node: Node, change: (path: string) => string) => Node;
  /** What the reference does nowhere below. */
  readonly without?: readonly ("fill" | "rule")[];
  /** A mapping with these keys. */
  readonly fields?: Fields;
  readonly required?: readonly string[];
  /** Keys that begin with `x-` are let through. */
  readonly extensible?: true;
  /** A mapping with keys of the user's own. */
  readonly values?: Shape;
  readonly keys?: RegExp;
  /** Anything goes in it. */
  readonly anything?: true;
  readonly nullable?: true;
  /** Its values may be secrets: no message quotes them. */
  readonly secretive?: true;
  readonly emit: Emit;
  /** What the canonical form has where there is nothing. */
  readonly absent?: () => Json;
}

export type Fields = Readonly<Record<string, Shape>>;

/** A shape for each key of a canonical type; `Out` are the keys that the canonical form leaves out. */
export type FieldsOf<T, Out extends string = never> = Readonly<Record<(keyof T & string) | Out, Shape>>;

/** The mapping below a key of a canonical type, or the one that each item of its list is. */
export type Below<T, K extends keyof T> =
  NonNullable<T[K]> extends readonly (infer Item)[] ? Item : NonNullable<T[K]>;

/** The shape, null let through. */
export function nullable(shape: Shape): Shape {
  return { ...shape, nullable: true };
}

/**
 * The shape of one alternative with the others' kinds, as the last one emits.
 *
 * @param merge - what two values of it come to, since they may be of two kinds
 */
export function either(merge: Merger, ...shapes: readonly [Shape, ...Shape[]]): Shape {
  return { ...(Object.assign({}, ...shapes) as Shape), merge };
}

/** The shape of a list in which an entry takes the place of an earlier one of the same key. */
export function keyed(shape: Shape, keyOf: KeyOf): Shape {
  return { ...shape, keyOf };
}

/** The shape, with a rule of its own for two values. */
export function merged(merge: Merger, shape: Shape): Shape {
  return { ...shape, merge };
}

/** The shape, accepted but no part of the canonical form. */
export function dropped(shape: Shape): Shape {
  return { ...shape, emit: () => undefined };
}

/** The shape with a range for its numbers. */
export function between(shape: Shape, minimum: number, maximum: number): Shape {
  return shape.scalar === undefined ? shape : { ...shape, scalar: { ...shape.scalar, minimum, maximum } };
}

/** The shape of a key of a mapping; `undefined` where there is none. */
export function shapeBelow(shape: Shape | undefined, key: string): Shape | undefined {
  const { fields, values } = shape ?? {};
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : values;
}
