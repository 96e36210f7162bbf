/**
 * Shapes: what a value of the Compose Specification may be, and what the canonical form makes of it.
 *
 * Every alternative of the specification's schema differs by its kind alone (a scalar, a list or a mapping), so
 * a shape holds at most one of each: `build` is a text or a mapping, `command` a text, a list or null.
 */
import type { Json } from "../canonical-values";
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
  /** Values that are accepted, for one of another type. */
  readonly examples?: string;
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

/** What distinguishes an entry of a list from the others; undefined where nothing does. */
export type KeyOf = (entry: Node) => string | undefined;

/** @typeParam T - what the canonical form has of it */
export interface Shape<T = unknown> {
  /** Never there: it carries the type. */
  readonly canonical?: T;
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

/** What the canonical form has of a shape. */
export type Canonical<S> = S extends { readonly canonical?: infer T } ? T : never;

/** A shape that the canonical form always has something of. */
export type Always<T> = Shape<T> & Required<Pick<Shape, "absent">>;

/** The canonical form of a mapping with known keys. */
export type CanonicalOf<F> = {
  readonly [K in keyof F as F[K] extends Always<unknown> ? K : never]: Canonical<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends Always<unknown> | Shape<never> ? never : K]?: Canonical<F[K]>;
};

/** What the loader does with a value beside checking and writing it. */
type Marks = Partial<
  Pick<Shape, "keyOf" | "merge" | "lengthen" | "fill" | "rule" | "resolve" | "inside" | "without" | "unique">
> &
  Partial<Pick<Shape, "anything" | "nullable" | "secretive">>;

/** The shape, with more of what the loader does with it. */
export function marked<S extends Shape>(shape: S, marks: Marks): S {
  return { ...shape, ...marks };
}

/** The shape, null let through. */
export function nullable<S extends Shape>(shape: S): S {
  return { ...shape, nullable: true };
}

/** The shape, of which the canonical form has a value where the file has none. */
export function always<T>(shape: Shape<T>, absent: () => Json): Always<T> {
  return { ...shape, absent };
}

/** The shape of a key that the loader fills in wherever it is missing. */
export function present<T>(shape: Shape<T>): Always<T> {
  return shape as Always<T>;
}

/** The shape, with a canonical form of its own. @typeParam T - that form */
export function emitted<T>(shape: Shape, emit: Emit): Shape<T> {
  return { ...shape, emit } as Shape<T>;
}

/**
 * The shape of one alternative with the others' kinds, as the last one emits.
 *
 * @param merge - what two values of it come to, since they may be of two kinds
 */
export function either<T>(merge: Merger, ...shapes: readonly [...Shape[], Shape<T>]): Shape<T> {
  return { ...(Object.assign({}, ...shapes) as Shape<T>), merge };
}

/** The shape of a list in which an entry takes the place of an earlier one of the same key. */
export function keyed<S extends Shape>(shape: S, keyOf: KeyOf): S {
  return { ...shape, keyOf };
}

/** The shape, with a rule of its own for two values. */
export function merged<S extends Shape>(merge: Merger, shape: S): S {
  return { ...shape, merge };
}

/** The shape, accepted but no part of the canonical form. */
export function dropped(shape: Shape): Shape<never> {
  return emitted<never>(shape, () => undefined);
}

/** The shape with a range for its numbers. */
export function between<S extends Shape>(shape: S, minimum: number, maximum: number): S {
  return shape.scalar === undefined ? shape : { ...shape, scalar: { ...shape.scalar, minimum, maximum } };
}

/** The shape of a key of a mapping; `undefined` where there is none. */
export function shapeBelow(shape: Shape | undefined, key: string): Shape | undefined {
  const { fields, values } = shape ?? {};
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : values;
}
