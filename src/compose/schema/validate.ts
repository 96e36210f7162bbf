/** A tree compared with its shape: unknown keys, wrong types, missing keys, each with its place and what to do. */
import { didYouMean } from "../../nearest";
import { shown } from "../markers";
import type { Problems } from "../problems";
import { compareText, fingerprint, isNull, joinKey, type Mapping, type Node, type Scalar } from "../tree";
import type { Cast, ScalarRule, ScalarType, Shape } from "./shape";

/** Notes every problem that the tree has. */
export function validate(node: Node, shape: Shape, path: string, problems: Problems): void {
  if (isNull(node)) {
    if (shape.nullable !== true)
      problems.add(`has no value, must be ${wanted(shape)}`, {
        path,
        at: node,
        hint: "write one, indented below the key, or remove the key",
      });
  } else if (node.kind === "scalar") {
    if (shape.scalar === undefined) wrongKind(node, shape, path, problems);
    else validateScalar(node, shape.scalar, shape, path, problems);
  } else if (node.kind === "list") {
    if (shape.items === undefined) wrongKind(node, shape, path, problems);
    else validateItems(node.items, shape.items, shape, path, problems);
  } else if (shape.fields !== undefined) {
    validateFields(node, shape, path, problems);
  } else if (shape.values !== undefined) {
    for (const [key, value] of node.entries) {
      if (shape.keys?.test(key) === false) {
        problems.add(`${JSON.stringify(key)} is no valid name`, {
          path: joinKey(path, key),
          at: value,
          hint: "use letters, digits, ., _ and -",
        });
      }
      validate(value, shape.values, joinKey(path, key), problems);
    }
  } else {
    wrongKind(node, shape, path, problems);
  }
}

function wrongKind(node: Node, shape: Shape, path: string, problems: Problems): void {
  problems.add(`must be ${wanted(shape)}, not ${told(node, shape)}`, {
    path,
    at: node,
    secretive: shape.secretive,
  });
}

function told(node: Node, shape: Shape): string {
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a mapping";
  if (typeof node.value === "number") return `the number ${node.text}`;
  if (typeof node.value === "boolean") return `the boolean ${node.text}`;
  return shape.secretive === true ? "a text" : JSON.stringify(shown(node.text));
}

const typeNames: Readonly<Record<ScalarType, string>> = {
  text: "a text",
  whole: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function wanted(shape: Shape): string {
  const kinds = [
    ...(shape.scalar?.oneOf === undefined ? [] : [shape.scalar.oneOf.join(", ")]),
    ...(shape.scalar === undefined || shape.scalar.oneOf !== undefined
      ? []
      : shape.scalar.types
          .filter((type) => type !== "text" || shape.scalar?.cast === undefined)
          .map((type) => typeNames[type])),
    ...(shape.items === undefined ? [] : ["a list"]),
    ...(shape.fields === undefined && shape.values === undefined ? [] : ["a mapping"]),
  ];
  return kinds.join(" or ");
}

function validateScalar(
  node: Scalar,
  rule: ScalarRule,
  shape: Shape,
  path: string,
  problems: Problems,
): void {
  const at = node;
  if (!rule.types.some((type) => isOf(node, type))) {
    const quoted = isQuotable(node, rule) ? "put it in quotes" : undefined;
    const hint = rule.examples === undefined ? quoted : `write it like ${rule.examples}`;
    problems.add(`must be ${wanted(shape)}, not ${told(node, shape)}`, {
      path,
      at,
      hint,
      secretive: shape.secretive,
    });
  } else if (rule.oneOf !== undefined && !rule.oneOf.includes(node.text)) {
    problems.add(`must be one of ${rule.oneOf.join(", ")}, not ${told(node, shape)}`, {
      path,
      at,
      hint: didYouMean(node.text, rule.oneOf, undefined, JSON.stringify),
    });
  } else if (rule.pattern?.test(node.text) === false) {
    problems.add(`must be ${rule.meaning ?? "of another form"}, not ${told(node, shape)}`, { path, at });
  } else if (typeof node.value === "number") {
    if (rule.minimum !== undefined && node.value < rule.minimum) {
      problems.add(`must be at least ${rule.minimum}, not ${node.text}`, { path, at });
    }
    if (rule.maximum !== undefined && node.value > rule.maximum) {
      problems.add(`must be at most ${rule.maximum}, not ${node.text}`, { path, at });
    }
  }
}

/** Whether the same as a text is what is wanted. */
function isQuotable(node: Scalar, rule: ScalarRule): boolean {
  const asked = rule.oneOf?.includes(node.text) !== false && rule.pattern?.test(node.text) !== false;
  return typeof node.value !== "string" && rule.types.includes("text") && rule.cast === undefined && asked;
}

function isOf(node: Scalar, type: ScalarType): boolean {
  if (type === "text") return typeof node.value === "string";
  if (type === "boolean") return typeof node.value === "boolean";
  return (
    typeof node.value === "number" &&
    Number.isFinite(node.value) &&
    (type === "number" || Number.isInteger(node.value))
  );
}

function validateItems(
  items: readonly Node[],
  shape: Shape,
  whole: Shape,
  path: string,
  problems: Problems,
): void {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    validate(item, shape, `${path}[${index}]`, problems);
    if (whole.unique !== true) continue;
    const key = fingerprint(item);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else
      problems.add(`is the same as item ${first}`, {
        path: `${path}[${index}]`,
        at: item,
        hint: "remove one",
      });
  }
}

function validateFields(node: Mapping, shape: Shape, path: string, problems: Problems): void {
  const fields = shape.fields ?? {};
  for (const [key, value] of node.entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field !== undefined) {
      validate(value, field, joinKey(path, key), problems);
    } else if (shape.anything !== true && !(shape.extensible === true && key.startsWith("x-"))) {
      const known = Object.keys(fields);
      problems.add(`unknown key ${JSON.stringify(key)}`, {
        path: joinKey(path, key),
        at: value,
        hint: didYouMean(key, known, `known keys are ${few(known)}`, JSON.stringify),
      });
    }
  }
  for (const key of shape.required ?? []) {
    if (!node.entries.has(key)) problems.add(`the key ${JSON.stringify(key)} is missing`, { path, at: node });
  }
}

function few(keys: readonly string[]): string {
  const sorted = [...keys].sort(compareText);
  return sorted.length <= 12 ? sorted.join(", ") : "those of the Compose Specification";
}

/** What a text must be to be read as another type. */
export const castNames: Readonly<Record<Cast, string>> = {
  boolean: "a boolean",
  whole: "a whole number",
  number: "a number",
  "any-base": "a whole number",
};
