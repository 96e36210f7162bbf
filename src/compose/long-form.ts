/** Short forms made long, as the reference's canonical form has them. */
import { attempt, LoadProblem } from "./load-problem";
import type { Problems } from "./problems";
import { longPorts } from "./ports";
import type { Lengthen, Shape } from "./schema/shape";
import { walk } from "./schema/walk";
import { entry, isNull, list, mapEntries, mapping, type Node, nothing, scalar, withEntry } from "./tree";
import { longMount } from "./volumes";

/** As many ports as a project may have, ranges written out: more would fill the memory before they fill a host. */
const mostPorts = 200_000;

/** The tree with its short forms made long; a text that is no mount, port and so on is noted, and stays as it is. */
export function toLongForm(root: Node, shape: Shape, problems: Problems): Node {
  const context = { problems, ports: 0 };
  return walk(root, shape, "lengthen", (lengthen, node, path, deeper) =>
    attempt(problems, () => lengthen(node, path, deeper, context), node),
  );
}

function fromText(node: Node, make: (text: string) => Node): Node {
  return node.kind === "scalar" && typeof node.value === "string" ? make(node.value) : node;
}

export function toList(node: Node): Node {
  return fromText(node, () => list([node], node.at));
}

export function toText(node: Node): Node {
  return node.kind === "scalar" && !isNull(node) ? scalar(node.text, node.at) : node;
}

export function lengthenMount(node: Node, path: string): Node {
  return fromText(node, (text) => longMount(text, path, node.at));
}

export const lengthenBuild: Lengthen = (node, _path, deeper) => deeper(toContext(node));

/** A text as a mapping with it under a key. */
export function textAs(key: string): (node: Node) => Node {
  return (node) => fromText(node, () => mapping([[key, node]], node.at));
}

const toContext = textAs("context");
const toPath = textAs("path");

export function toNamed(node: Node): Node {
  if (node.kind !== "list") return node;
  return mapping(
    node.items.flatMap((item) => (item.kind === "scalar" ? [[item.text, { ...nothing, at: item.at }]] : [])),
    node.at,
  );
}

/** A list of `key=value` as a mapping. */
export function toPairs(node: Node, path: string): Node {
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

export function lengthenEnvFiles(node: Node): Node {
  const items = node.kind === "list" ? node.items : [node];
  return list(
    items.map((item) => {
      const long = toPath(item);
      return long.kind === "map" && !long.entries.has("required")
        ? withEntry(long, "required", scalar(true, long.at))
        : long;
    }),
    node.at,
  );
}

export function lengthenGpus(node: Node): Node {
  return fromText(node, () => list([mapping([["count", scalar("all", node.at)]], node.at)], node.at));
}

export function lengthenDevice(node: Node, path: string): Node {
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

export function lengthenSsh(node: Node, path: string): Node {
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

export function lengthenDependencies(node: Node): Node {
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
export function lengthenExternal(node: Node, path: string): Node {
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
export const lengthenPorts: Lengthen = (node, path, _deeper, context) => {
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
};
