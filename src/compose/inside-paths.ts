/** Absolute paths of the project's own folder (`$PWD/data`), as the relative ones that they mean. */
import { posix } from "node:path";
import { cleanPath } from "./paths";
import type { Shape } from "./schema/shape";
import { walk } from "./schema/walk";
import { entry, type Mapping, scalar, textOf, withEntry } from "./tree";

/** What `$PWD` is in a deployment: the project's folder, which is elsewhere on every machine. */
export const projectPlace = "/project";

/** A value that is a path. */
export const ownPath: NonNullable<Shape["inside"]> = (node, change) => {
  const text = textOf(node);
  const changed = text === undefined ? undefined : change(text);
  return changed === undefined || changed === text ? node : scalar(changed, node.at);
};

/** The path of a volume that is a folder. */
export const devicePath: NonNullable<Shape["inside"]> = (node, change) => {
  const options = entry(node, "driver_opts");
  const device = entry(options, "device");
  if (node.kind !== "map" || options?.kind !== "map" || device === undefined) return node;
  return withEntry(node, "driver_opts", withEntry(options, "device", ownPath(device, change)));
};

/**
 * @param folder - from the root, that relative paths are seen from
 * @param roots - where the root is, absolute, without a slash at the end
 */
export function withinProject(
  model: Mapping,
  shape: Shape,
  folder: string,
  roots: readonly string[],
): Mapping {
  const read = walk(model, shape, "inside", (inside, node) =>
    inside(node, (text) => relativeTo(text, folder, roots)),
  );
  return read.kind === "map" ? read : model;
}

function relativeTo(text: string, folder: string, roots: readonly string[]): string {
  if (!text.startsWith("/")) return text;
  const clean = cleanPath(text);
  const root = roots.find((each) => clean === each || clean.startsWith(`${each}/`));
  if (root === undefined) return text;
  const below = posix.relative(posix.join("/", folder), posix.join("/", clean.slice(root.length)));
  return below.startsWith("..") ? below : `./${below}`;
}
