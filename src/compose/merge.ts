/** How one compose file is laid over another, and a service over the one it extends (Compose Specification, "Merge"). */
import { merge } from "./merge-rules";
import { compose } from "./schema/compose";
import { service } from "./schema/service";
import { type Shape, shapeBelow } from "./schema/shape";
import { list, mapEntries, type Node } from "./tree";
import { uniqueBy } from "./unique";

/** A project file laid over what the files before it make. */
export function mergeProjects(base: Node, over: Node): Node {
  return merge(base, over, "", compose);
}

/** A service laid over the one that it extends. */
export function mergeServices(base: Node, over: Node, path: string): Node {
  return merge(base, over, path, service);
}

/** A named resource of a project laid over another of its name. */
export function mergeResources(base: Node, over: Node, key: string, name: string): Node {
  return merge(base, over, `${key}.${name}`, shapeBelow(compose.fields?.[key], name));
}

/** Where the reference looks for entries of the same key; elsewhere they all stay. */
const unique: ReadonlySet<string> = new Set(["services", "networks"]);

/** The tree, with the last entry for each key in the place of the first (Compose Specification, "Merge", unique resources). */
export function enforceUnique(root: Node): Node {
  if (root.kind !== "map") return root;
  return mapEntries(root, (node, key) => (unique.has(key) ? enforce(node, compose.fields?.[key]) : node));
}

function enforce(node: Node, shape: Shape | undefined): Node {
  if (shape === undefined || node.kind === "scalar") return node;
  if (node.kind === "map") return mapEntries(node, (value, key) => enforce(value, shapeBelow(shape, key)));
  return shape.keyOf === undefined ? node : list(uniqueBy(node.items, shape.keyOf), node.at);
}
