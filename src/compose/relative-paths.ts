/** Relative paths of an included or extended file, seen from the folder of the project. */
import { joinPath } from "./paths";
import { itemKey, pathTable, type Step, under } from "./path-table";
import { entry, list, mapEntries, type Node, scalar, textOf, withEntry } from "./tree";

type Resolve = (node: Node, folder: string) => Node;

function join(node: Node, folder: string): Node {
  const path = textOf(node);
  return path === undefined || path === "" || path.startsWith("~")
    ? node
    : scalar(joinPath(folder, path), node.at);
}

/** As {@link join}, but an empty path is the folder itself, and a Windows path stays. */
function joinUnix(node: Node, folder: string): Node {
  const path = textOf(node);
  if (path === undefined || path.startsWith("~") || /^([A-Za-z]:[\\/]|\\\\)/.test(path)) return node;
  return scalar(joinPath(folder, path), node.at);
}

const remote = /:\/\/|^(service:|github\.com\/|git@)/;

function joinContext(node: Node, folder: string): Node {
  return remote.test(textOf(node) ?? "") ? node : join(node, folder);
}

function joinMount(node: Node, folder: string): Node {
  const source = entry(node, "source");
  if (node.kind !== "map" || textOf(entry(node, "type")) !== "bind" || source === undefined) return node;
  return withEntry(node, "source", joinUnix(source, folder));
}

function joinDevice(node: Node, folder: string): Node {
  const options = entry(node, "driver_opts");
  const device = entry(options, "device");
  if (node.kind !== "map" || options?.kind !== "map" || device === undefined) return node;
  if (textOf(entry(node, "driver")) !== "local" || textOf(entry(options, "o")) !== "bind") return node;
  return withEntry(node, "driver_opts", withEntry(options, "device", joinUnix(device, folder)));
}

const container: Readonly<Record<string, Resolve>> = {
  "env_file.*.path": join,
  "label_file.*": join,
  "volumes.*": joinMount,
};

const table: Step<Resolve> = pathTable<Resolve>({
  ...under(["services.*", "jobs.*", "services.*.pre_start.*"], container),
  ...under(["services.*", "jobs.*"], {
    "build.context": joinContext,
    "build.additional_contexts.*": joinContext,
    "build.ssh.*": joinUnix,
    "extends.file": join,
  }),
  "services.*.develop.watch.*.path": join,
  "configs.*.file": joinUnix,
  "secrets.*.file": joinUnix,
  "volumes.*": joinDevice,
});

/** The tree with each relative path of it seen from the folder above `folder`. */
export function resolvePaths(root: Node, folder: string): Node {
  return resolveAt(root, folder, table);
}

function resolveAt(node: Node, folder: string, step: Step<Resolve> | undefined): Node {
  if (step === undefined) return node;
  if (step.rule !== undefined) return step.rule(node, folder);
  if (node.kind === "map") return mapEntries(node, (value, key) => resolveAt(value, folder, step.next(key)));
  if (node.kind === "scalar") return node;
  const next = step.next(itemKey);
  return next === undefined
    ? node
    : list(
        node.items.map((item) => resolveAt(item, folder, next)),
        node.at,
      );
}
