/**
 * The coverage table (docs/design.md, Compose): one verdict for every key of the Compose Specification, walked over what a
 * project uses. The interpretation turns a verdict for the worse where a value asks for it, never for the better.
 */
import { nearest } from "../../nearest";
import { isRecord, Node } from "../node";
import { project } from "./project";
import { type Rule, type Rules, warned } from "./rules";
import { managedOther, managedService } from "./managed";
import { siteOther, siteService } from "./site";

/** One row of the table as a reader sees it. */
export interface CoverageRow {
  /** `services.*.ports[].target`: `*` for a free name, `[]` for a list's item. */
  readonly key: string;
  readonly verdict: Rule["verdict"];
  readonly why?: string;
  readonly fix?: string;
}

/** Every row of the table, in its order. */
export function coverageRows(): readonly CoverageRow[] {
  return Object.entries(project).flatMap(([key, rule]) => rowsOf(key, rule));
}

function rowsOf(path: string, rule: Rule): readonly CoverageRow[] {
  const { verdict, why, fix, keys, items, values } = rule;
  const row = {
    key: path,
    verdict,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
  return [
    row,
    ...Object.entries(keys ?? {}).flatMap(([key, next]) => rowsOf(`${path}.${key}`, next)),
    ...(items === undefined ? [] : rowsOf(`${path}[]`, items).slice(1)),
    ...(values === undefined ? [] : rowsOf(`${path}.*`, values).slice(1)),
  ];
}

/**
 * Gives every key that a project uses its verdict.
 *
 * @param root - the canonical project
 * @param kindOf - what replaces a service's container: it has a table of its own
 */
export function coverProject(root: Node, kindOf: (service: Node) => "store" | "site" | undefined): void {
  const { services: ordinary, ...rest } = project;
  for (const [key, node] of root.entries()) {
    if (isForeign(key, rest)) continue;
    if (key !== "services") walkKey(node, key, rest);
    else if (isRecord(node.value)) {
      for (const [, service] of node.entries()) {
        const kind = kindOf(service);
        if (kind === "store") walkKeys(service, managedService, managedOther);
        else if (kind === "site") walkKeys(service, siteService, siteOther);
        else if (ordinary?.values !== undefined) walk(asWritten(service), ordinary.values);
      }
    }
  }
}

/** Whether it is an extension of the file's own, mostly a place for anchors: Compose reads none of those either. */
function isForeign(key: string, rules: Rules): boolean {
  return key.startsWith("x-") && !Object.hasOwn(rules, key) && nearestExtension(key, rules) === undefined;
}

/** A service without the `depends_on.*.restart` that the loader has made of `links`: nobody wrote it. */
function asWritten(service: Node): Node {
  const links = service.get("links");
  const dependencies = service.get("depends_on");
  if (!Array.isArray(links.value) || !isRecord(service.value) || !isRecord(dependencies.value))
    return service;
  const linked = new Set(links.items().map((link) => link.rawText()?.split(":")[0]));
  const written = dependencies
    .entries()
    .map(([name, { value }]): [string, unknown] => [
      name,
      linked.has(name) && isRecord(value) ? { ...value, restart: undefined } : value,
    ]);
  const value: unknown = { ...service.value, depends_on: Object.fromEntries(written) };
  return new Node(value, service.path, service.report);
}

function walk(node: Node, rule: Rule): void {
  if (isUnset(node.value)) return;
  if (rule.verdict !== "honoured") {
    applyVerdict(node, rule);
  } else if (rule.keys !== undefined && isRecord(node.value)) {
    walkKeys(node, rule.keys);
  } else if (rule.items !== undefined && Array.isArray(node.value)) {
    for (const item of node.items()) walkMember(item, rule.items, rule.why);
  } else if (rule.values !== undefined && isRecord(node.value)) {
    for (const [, value] of node.entries()) walkMember(value, rule.values, rule.why);
  } else {
    node.report.honour(node.path, rule.why);
  }
}

/** A member with nothing below it is a row itself: `networks.default` without settings. */
function walkMember(node: Node, rule: Rule, why: string | undefined): void {
  if (rule.verdict === "honoured" && (isUnset(node.value) || !isRecord(node.value))) {
    node.report.honour(node.path, why);
  } else {
    walk(node, rule);
  }
}

function walkKeys(node: Node, rules: Rules, other?: Rule): void {
  for (const [key, child] of node.entries()) walkKey(child, key, rules, other);
}

function walkKey(node: Node, key: string, rules: Rules, other?: Rule): void {
  const rule = Object.hasOwn(rules, key) ? rules[key] : (other ?? unlisted(key, rules));
  if (rule !== undefined) walk(node, rule);
  else node.refuse(`unknown key ${JSON.stringify(key)}`, "see the Compose Specification for the keys it has");
}

/** Extensions that nobody knows are allowed by the specification, and read by nobody. */
function unlisted(key: string, rules: Rules): Rule | undefined {
  if (!key.startsWith("x-")) return undefined;
  const near = nearestExtension(key, rules);
  const asked = near === undefined ? "" : `: did you mean ${JSON.stringify(near)}?`;
  return warned(`Berth does not know this extension and leaves it out${asked}`);
}

function nearestExtension(key: string, rules: Rules): string | undefined {
  return nearest(
    key,
    Object.keys(rules).filter((known) => known.startsWith("x-")),
  );
}

/** `false` and empty values ask for nothing: they are what a key that is not honoured comes to anyway. */
function applyVerdict(node: Node, rule: Rule): void {
  const why = rule.why ?? "";
  if (node.value === false) node.report.honour(node.path);
  else if (rule.verdict === "warned") node.warn(why);
  else node.refuse(why, rule.fix);
}

/** Nothing, or a list of nothing: `dns_search: ""` is a list with an empty text in the canonical form. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return Array.isArray(value) ? value.every(isEmpty) : isRecord(value) && Object.keys(value).length === 0;
}

function isEmpty(item: unknown): boolean {
  return item === undefined || item === null || item === "";
}
