/** Interpolation of a whole tree, and the reading of texts at places of other types. */
import { castNames } from "./schema/validate";
import type { Cast, Shape } from "./schema/shape";
import { compose } from "./schema/compose";
import type { Problems } from "./problems";
import { hasMarker, shown } from "./markers";
import { interpolate, TemplateError, type Variables } from "./template";
import { joinKey, list, mapEntries, type Node, type Scalar } from "./tree";
import { parseAnyBase, parseBoolean, parseDecimal, parseWhole } from "./units";

/** How the variables of a tree are looked up. */
export interface TreeVariables {
  get(name: string): string | undefined;
  /** What replaces a variable that is not set and has no default, at a path. */
  unset(name: string, path: string): string;
}

/** Replaces the variables of every text, and reads a text as a number or boolean where one is expected. */
export function interpolateTree(root: Node, variables: TreeVariables, problems: Problems): Node {
  return interpolateNode(root, compose, "", { variables, problems });
}

/** Replaces the variables of one text, at a path. */
export function interpolateAt(text: string, path: string, variables: TreeVariables): string {
  const local: Variables = {
    get: (name) => variables.get(name),
    unset: (name) => variables.unset(name, path),
  };
  return interpolate(text, local);
}

interface Context {
  readonly variables: TreeVariables;
  readonly problems: Problems;
}

function interpolateNode(node: Node, shape: Shape | undefined, path: string, context: Context): Node {
  if (node.kind === "scalar") return interpolateScalar(node, shape, path, context);
  if (node.kind === "list") {
    const items = node.items.map((item, index) =>
      interpolateNode(item, shape?.items, `${path}[${index}]`, context),
    );
    return list(items, node.at);
  }
  return mapEntries(node, (value, key) =>
    interpolateNode(value, fieldOf(shape, key), joinKey(path, key), context),
  );
}

function fieldOf(shape: Shape | undefined, key: string): Shape | undefined {
  const fields = shape?.fields;
  if (fields !== undefined && Object.hasOwn(fields, key)) return fields[key];
  return shape?.values;
}

function interpolateScalar(node: Scalar, shape: Shape | undefined, path: string, context: Context): Scalar {
  if (typeof node.value !== "string") return node;
  try {
    const text = interpolateAt(node.value, path, context.variables);
    const cast = shape?.scalar?.cast;
    if (cast !== undefined) return castScalar({ ...node, value: text, text }, cast, path, context.problems);
    return text === node.value ? node : { ...node, value: text, text };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const secretive = shape?.secretive;
    const quoted = secretive === true ? "" : `${JSON.stringify(shown(node.text))}: `;
    const fault = error.message;
    context.problems.add(`${quoted}${fault}`, { path, at: node, hint: error.hint, secretive, fault });
    return node;
  }
}

const casts: Readonly<Record<Cast, (text: string) => boolean | number | undefined>> = {
  boolean: parseBoolean,
  whole: parseWhole,
  number: parseDecimal,
  "any-base": parseAnyBase,
};

function castScalar(node: Scalar, cast: Cast, path: string, problems: Problems): Scalar {
  const value = casts[cast](node.text);
  if (value !== undefined) return { ...node, value, text: String(value) };
  const because = hasMarker(node.text) ? ", because the variable in it is not set" : "";
  problems.add(`${JSON.stringify(shown(node.text))} is not ${castNames[cast]}${because}`, { path, at: node });
  return node;
}
