/** Short forms made long, as the reference's canonical form has them. */
import { attempt, LoadProblem } from "./load-problem";
import type { Problems } from "./problems";
import { itemKey, pathTable, type Step, under } from "./path-table";
import { longPorts } from "./ports";
import {
  entry,
  isNull,
  joinKey,
  list,
  mapEntries,
  mapping,
  type Node,
  nothing,
  scalar,
  withEntry,
} from "./tree";
import { longMount } from "./volumes";

/** Makes a value long; `deeper` goes on with what is in it. */
type Lengthen = (node: Node, path: string, deeper: (node: Node) => Node, context: Context) => Node;

const container: Readonly<Record<string, Lengthen>> = {
  env_file: lengthenEnvFiles,
  label_file: toList,
  gpus: lengthenGpus,
  networks: toNamed,
  models: toNamed,
  "volumes.*": (node, path) => fromText(node, (text) => longMount(text, path, node.at)),
  dns: toList,
  "devices.*": lengthenDevice,
  "secrets.*": toSource,
  "configs.*": toSource,
};

const workload: Readonly<Record<string, Lengthen>> = {
  "build.secrets.*": toSource,
  "build.provenance": toText,
  "build.sbom": toText,
  "build.additional_contexts": toPairs,
  "build.ssh": lengthenSsh,
  depends_on: lengthenDependencies,
  ports: (node, path, _deeper, context) => lengthenPorts(node, path, context),
  extends: (node) => fromText(node, () => mapping([["service", node]], node.at)),
  build: (node, _path, deeper) => deeper(fromText(node, () => mapping([["context", node]], node.at))),
};

const table: Step<Lengthen> = pathTable<Lengthen>({
  ...under(["services.*", "jobs.*", "services.*.pre_start.*"], container),
  ...under(["services.*", "jobs.*"], workload),
  "jobs.*.triggers.schedule.*": (node) => fromText(node, () => mapping([["cron", node]], node.at)),
  "services.*.develop.watch.*.ignore": toList,
  "services.*.develop.watch.*.include": toList,
  ...under(["volumes", "networks", "secrets", "configs"], { "*": lengthenExternal }),
});

/** As many ports as a project may have, ranges written out: more would fill the memory before they fill a host. */
const mostPorts = 200_000;

/** What the whole tree shares on the way. */
interface Context {
  readonly problems: Problems;
  ports: number;
}

/** The tree with its short forms made long; a text that is no mount, port and so on is noted, and stays as it is. */
export function toLongForm(root: Node, problems: Problems): Node {
  return lengthen(root, "", table, { problems, ports: 0 });
}

function lengthen(node: Node, path: string, step: Step<Lengthen> | undefined, context: Context): Node {
  if (step === undefined) return node;
  const rule = step.rule;
  if (rule === undefined) return lengthenIn(node, path, step, context);
  return attempt(
    context.problems,
    () => rule(node, path, (changed) => lengthenIn(changed, path, step, context), context),
    node,
  );
}

function lengthenIn(node: Node, path: string, step: Step<Lengthen>, context: Context): Node {
  if (node.kind === "map") {
    return mapEntries(node, (value, key) => lengthen(value, joinKey(path, key), step.next(key), context));
  }
  if (node.kind === "scalar") return node;
  const next = step.next(itemKey);
  return list(
    node.items.map((item, index) => lengthen(item, `${path}[${index}]`, next, context)),
    node.at,
  );
}

function fromText(node: Node, make: (text: string) => Node): Node {
  return node.kind === "scalar" && typeof node.value === "string" ? make(node.value) : node;
}

function toList(node: Node): Node {
  return fromText(node, () => list([node], node.at));
}

function toText(node: Node): Node {
  return node.kind === "scalar" && !isNull(node) ? scalar(node.text, node.at) : node;
}

function toSource(node: Node): Node {
  return fromText(node, () => mapping([["source", node]], node.at));
}

function toNamed(node: Node): Node {
  if (node.kind !== "list") return node;
  return mapping(
    node.items.flatMap((item) => (item.kind === "scalar" ? [[item.text, { ...nothing, at: item.at }]] : [])),
    node.at,
  );
}

/** A list of `key=value` as a mapping. */
function toPairs(node: Node, path: string): Node {
  if (node.kind !== "list") return node;
  return mapping(
    node.items.map((item) => {
      const text = item.kind === "scalar" ? item.text : "";
      const at = text.indexOf("=");
      if (at < 0)
        throw new LoadProblem(`${JSON.stringify(text)} is not of the form name=value`, { path, at: item });
      return [text.slice(0, at), scalar(text.slice(at + 1), item.at)];
    }),
    node.at,
  );
}

function lengthenEnvFiles(node: Node): Node {
  const items = node.kind === "list" ? node.items : [node];
  return list(
    items.map((item) => {
      const long = fromText(item, () => mapping([["path", item]], item.at));
      return long.kind === "map" && !long.entries.has("required")
        ? withEntry(long, "required", scalar(true, long.at))
        : long;
    }),
    node.at,
  );
}

function lengthenGpus(node: Node): Node {
  return fromText(node, () => list([mapping([["count", scalar("all", node.at)]], node.at)], node.at));
}

function lengthenDevice(node: Node, path: string): Node {
  return fromText(node, (text) => {
    const [source = "", target = "", permissions = "rwm", ...more] = text.split(":");
    if (more.length > 0) {
      throw new LoadProblem(`${JSON.stringify(text)} is no device`, {
        path,
        at: node,
        hint: "write SOURCE:TARGET:PERMISSIONS, or the long form",
      });
    }
    return mapping(
      [
        ["source", scalar(source, node.at)],
        ["target", scalar(target === "" ? source : target, node.at)],
        ["permissions", scalar(permissions, node.at)],
      ],
      node.at,
    );
  });
}

function lengthenSsh(node: Node, path: string): Node {
  if (node.kind !== "list") return node;
  return mapping(
    node.items.map((item) => {
      const text = item.kind === "scalar" ? item.text : "";
      const at = text.indexOf("=");
      if (at >= 0) return [text.slice(0, at), scalar(text.slice(at + 1), item.at)];
      if (text !== "default") {
        throw new LoadProblem(`${JSON.stringify(text)} is no ssh key`, {
          path,
          at: item,
          hint: "write id=path, or default",
        });
      }
      return [text, { ...nothing, at: item.at }];
    }),
    node.at,
  );
}

function lengthenDependencies(node: Node): Node {
  const named = toNamed(node);
  if (named.kind !== "map") return named;
  return mapEntries(named, (value) => {
    if (node.kind === "map" && value.kind !== "map") return value;
    const given = value.kind === "map" ? value : mapping([], value.at);
    const condition = entry(given, "condition") ?? scalar("service_started", value.at);
    const required = entry(given, "required") ?? scalar(true, value.at);
    return withEntry(withEntry(given, "condition", condition), "required", required);
  });
}

/** The form of a resource that was made elsewhere, once `external: {name: …}`. */
function lengthenExternal(node: Node, path: string): Node {
  const external = entry(node, "external");
  if (node.kind !== "map" || external?.kind !== "map") return node;
  const marked = withEntry(node, "external", scalar(true, external.at));
  const name = external.entries.get("name");
  const own = node.entries.get("name");
  if (name === undefined) return marked;
  if (own !== undefined && own.kind === "scalar" && name.kind === "scalar" && own.text !== name.text) {
    throw new LoadProblem("name and external.name differ", { path, at: name, hint: "keep name only" });
  }
  return withEntry(marked, "name", own ?? name);
}

/** One entry may be several ports. */
function lengthenPorts(node: Node, path: string, context: Context): Node {
  if (node.kind !== "list") return node;
  const lengthenPort = (item: Node, itemPath: string): readonly Node[] => {
    if (item.kind !== "scalar" || isNull(item)) return [item];
    const ports = attempt(context.problems, () => longPorts(item.text, itemPath, item.at), []);
    context.ports += ports.length;
    if (context.ports > mostPorts)
      context.problems.fail(`more than ${mostPorts} ports`, { path: itemPath, at: item });
    return ports;
  };
  return list(
    node.items.flatMap((item, index) => lengthenPort(item, `${path}[${index}]`)),
    node.at,
  );
}
