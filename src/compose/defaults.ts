/** Defaults that the reference writes into the model, and the rules that tie several keys of it together. */
import { isAddress } from "./ports";
import { itemKey, pathTable, type Step, under } from "./path-table";
import type { Problems } from "./problems";
import { entry, joinKey, list, type Mapping, mapEntries, type Node, scalar, textOf, withEntry } from "./tree";

type Fill = (node: Mapping) => Mapping;

/** A default for a key that is not there. */
function filled(key: string, value: string | boolean): Fill {
  return (node) => (node.entries.has(key) ? node : withEntry(node, key, scalar(value, node.at)));
}

const fillPort: Fill = (node) => filled("mode", "ingress")(filled("protocol", "tcp")(node));

const fillDevice: Fill = (node) => (node.entries.has("device_ids") ? node : filled("count", "all")(node));

const fillSecret: Fill = (node) =>
  filled("target", `/run/secrets/${textOf(entry(node, "source")) ?? ""}`)(node);

const fills: Step<Fill> = pathTable<Fill>({
  ...under(["services.*", "jobs.*"], {
    build: filled("context", "."),
    "secrets.*": fillSecret,
    "ports.*": fillPort,
    "gpus.*": fillDevice,
    "volumes.*.bind": filled("create_host_path", true),
  }),
  "services.*.deploy.resources.reservations.devices.*": fillDevice,
});

/** The tree with its defaults filled in. */
export function fillDefaults(root: Node): Node {
  return fillAt(root, fills);
}

function fillAt(node: Node, step: Step<Fill> | undefined): Node {
  if (step === undefined || node.kind === "scalar") return node;
  if (node.kind === "list") {
    const next = step.next(itemKey);
    return next === undefined
      ? node
      : list(
          node.items.map((item) => fillAt(item, next)),
          node.at,
        );
  }
  if (step.rule !== undefined) return step.rule(node);
  return mapEntries(node, (value, key) => fillAt(value, step.next(key)));
}

type Rule = (node: Node, path: string, problems: Problems) => void;

/** At most one of some keys; one of them, unless the resource comes from elsewhere or by a driver. */
function oneOf(...keys: readonly string[]): Rule {
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
const externalAlone: Rule = (node, path, problems) => {
  const external = entry(node, "external");
  if (node.kind !== "map" || external?.kind !== "scalar" || external.value !== true) return;
  for (const [key, value] of node.entries) {
    if (key === "name" || key === "external" || key.startsWith("x-")) continue;
    problems.add(`external and ${key} exclude each other`, { path: joinKey(path, key), at: value });
  }
};

const hostAddress: Rule = (node, path, problems) => {
  const address = entry(node, "host_ip");
  const text = textOf(address);
  if (text !== undefined && !isAddress(text)) {
    problems.add(`${JSON.stringify(text)} is no IP address`, { path: joinKey(path, "host_ip"), at: address });
  }
};

const countOrIds: Rule = (node, path, problems) => {
  if (entry(node, "count") !== undefined && entry(node, "device_ids") !== undefined) {
    problems.add("count and device_ids exclude each other", { path, at: node, hint: "keep one of them" });
  }
};

const notBlank: Rule = (node, path, problems) => {
  if (textOf(node) === "") problems.add("must not be empty", { path, at: node });
};

const rules: Step<Rule> = pathTable<Rule>({
  "volumes.*": externalAlone,
  "configs.*": oneOf("file", "environment", "content"),
  "secrets.*": oneOf("file", "environment"),
  "services.*.ports.*": hostAddress,
  "services.*.develop.watch.*.path": notBlank,
  "services.*.deploy.resources.reservations.devices.*": countOrIds,
  "services.*.gpus.*": countOrIds,
});

/** Notes what the schema cannot: keys that exclude or need each other. */
export function checkRules(root: Node, problems: Problems): void {
  checkAt(root, "", rules, problems);
}

function checkAt(node: Node, path: string, step: Step<Rule> | undefined, problems: Problems): void {
  if (step === undefined) return;
  if (step.rule !== undefined) {
    step.rule(node, path, problems);
  } else if (node.kind === "map") {
    for (const [key, value] of node.entries) checkAt(value, joinKey(path, key), step.next(key), problems);
  } else if (node.kind === "list") {
    const next = step.next(itemKey);
    for (const [index, item] of node.items.entries()) checkAt(item, `${path}[${index}]`, next, problems);
  }
}
