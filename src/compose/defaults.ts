/** Defaults that the reference writes into the model, and the rules that tie several keys of it together. */
import { isAddress } from "./ports";
import type { Problems } from "./problems";
import type { Shape } from "./schema/shape";
import { walk } from "./schema/walk";
import { entry, joinKey, type Node, scalar, textOf, withEntry } from "./tree";

type Fill = NonNullable<Shape["fill"]>;

/** A default for a key that is not there. */
export function filled(key: string, value: string | boolean): Fill {
  return (node) => (node.entries.has(key) ? node : withEntry(node, key, scalar(value, node.at)));
}

export const fillPort: Fill = (node) => filled("mode", "ingress")(filled("protocol", "tcp")(node));

export const fillDevice: Fill = (node) =>
  node.entries.has("device_ids") ? node : filled("count", "all")(node);

export const fillSecret: Fill = (node) =>
  filled("target", `/run/secrets/${textOf(entry(node, "source")) ?? ""}`)(node);

/** The tree with its defaults filled in. */
export function fillDefaults(root: Node, shape: Shape): Node {
  return walk(root, shape, "fill", (fill, node, _path, deeper) =>
    node.kind === "map" ? fill(node) : deeper(node),
  );
}

type Rule = NonNullable<Shape["rule"]>;

/** At most one of some keys; one of them, unless the resource comes from elsewhere or by a driver. */
export function oneOf(...keys: readonly string[]): Rule {
  return (node, path, problems) => {
    if (node.kind !== "map") return;
    const given = keys.filter((key) => node.entries.has(key));
    if (given.length > 1) {
      problems.add(`${given.join(" and ")} exclude each other`, { path, at: node, hint: "keep one of them" });
    } else if (given.length === 0 && !node.entries.has("driver") && !node.entries.has("external")) {
      problems.add(`one of ${keys.join(", ")} is missing`, { path, at: node, hint: "or say external: true" });
    }
  };
}

/** A volume that was made elsewhere can have a name and nothing else. */
export const externalAlone: Rule = (node, path, problems) => {
  const external = entry(node, "external");
  if (node.kind !== "map" || external?.kind !== "scalar" || external.value !== true) return;
  for (const [key, value] of node.entries) {
    if (key === "name" || key === "external" || key.startsWith("x-")) continue;
    problems.add(`external and ${key} exclude each other`, { path: joinKey(path, key), at: value });
  }
};

export const hostAddress: Rule = (node, path, problems) => {
  const address = entry(node, "host_ip");
  const text = textOf(address);
  if (text !== undefined && !isAddress(text)) {
    problems.add(`${JSON.stringify(text)} is no IP address`, { path: joinKey(path, "host_ip"), at: address });
  }
};

export const countOrIds: Rule = (node, path, problems) => {
  if (entry(node, "count") !== undefined && entry(node, "device_ids") !== undefined) {
    problems.add("count and device_ids exclude each other", { path, at: node, hint: "keep one of them" });
  }
};

export const notBlank: Rule = (node, path, problems) => {
  if (textOf(node) === "") problems.add("must not be empty", { path, at: node });
};

/** Notes what the schema cannot: keys that exclude or need each other. */
export function checkRules(root: Node, shape: Shape, problems: Problems): void {
  walk(root, shape, "rule", (rule, node, path) => {
    rule(node, path, problems);
    return node;
  });
}
