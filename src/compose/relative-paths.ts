/** Relative paths of an included or extended file, seen from the folder of the project. */
import { joinPath } from "./paths";
import type { Shape } from "./schema/shape";
import { walk } from "./schema/walk";
import { entry, type Node, scalar, textOf, withEntry } from "./tree";

export function join(node: Node, folder: string): Node {
  const path = textOf(node);
  return path === undefined || path === "" || path.startsWith("~")
    ? node
    : scalar(joinPath(folder, path), node.at);
}

/** As {@link join}, but an empty path is the folder itself, and a Windows path stays. */
export function joinUnix(node: Node, folder: string): Node {
  const path = textOf(node);
  if (path === undefined || path.startsWith("~") || /^([A-Za-z]:[\\/]|\\\\)/.test(path)) return node;
  return scalar(joinPath(folder, path), node.at);
}

const remote = /:\/\/|^(service:|github\.com\/|git@)/;

export function joinContext(node: Node, folder: string): Node {
  return remote.test(textOf(node) ?? "") ? node : join(node, folder);
}

export function joinMount(node: Node, folder: string): Node {
  const source = entry(node, "source");
  if (node.kind !== "map" || textOf(entry(node, "type")) !== "bind" || source === undefined) return node;
  return withEntry(node, "source", joinUnix(source, folder));
}

export function joinDevice(node: Node, folder: string): Node {
  const options = entry(node, "driver_opts");
  const device = entry(options, "device");
  if (node.kind !== "map" || options?.kind !== "map" || device === undefined) return node;
  if (textOf(entry(node, "driver")) !== "local" || textOf(entry(options, "o")) !== "bind") return node;
  return withEntry(node, "driver_opts", withEntry(options, "device", joinUnix(device, folder)));
}

/** The tree with each relative path of it seen from the folder above `folder`. */
export function resolvePaths(root: Node, shape: Shape, folder: string): Node {
  return walk(root, shape, "resolve", (resolve, node) => resolve(node, folder));
}
