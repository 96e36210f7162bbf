/** Absolute paths of the project's own folder (`$PWD/data`), as the relative ones that they mean. */
import { posix } from "node:path";
import { cleanPath } from "./paths";
import { itemKey, pathTable, type Step, under } from "./path-table";
import { list, type Mapping, mapEntries, type Node, scalar, textOf } from "./tree";

/** What `$PWD` is in a deployment: the project's folder, which lies elsewhere on every machine. */
export const projectPlace = "/project";

const table: Step<true> = pathTable<true>({
  ...under(["services.*", "jobs.*"], {
    "build.context": true,
    "build.additional_contexts.*": true,
    "env_file.*.path": true,
    "label_file.*": true,
    "volumes.*.source": true,
  }),
  "configs.*.file": true,
  "secrets.*.file": true,
  "volumes.*.driver_opts.device": true,
});

/**
 * @param folder - from the root, that relative paths are seen from
 * @param roots - where the root lies, absolute, without a slash at the end
 */
export function withinProject(model: Mapping, folder: string, roots: readonly string[]): Mapping {
  const read = visit(model, table, (text) => relativeTo(text, folder, roots));
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

function visit(node: Node, step: Step<true> | undefined, change: (text: string) => string): Node {
  if (step === undefined) return node;
  if (node.kind === "map") return mapEntries(node, (value, key) => visit(value, step.next(key), change));
  if (node.kind === "list") {
    const next = step.next(itemKey);
    return next === undefined
      ? node
      : list(
          node.items.map((item) => visit(item, next, change)),
          node.at,
        );
  }
  const text = step.rule === undefined ? undefined : textOf(node);
  const changed = text === undefined ? undefined : change(text);
  return changed === undefined || changed === text ? node : scalar(changed, node.at);
}
