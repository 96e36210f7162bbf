/** The last lines of a run: what changed, how long it took, where its page is, and at the very end the addresses. */
import { componentKey, ComponentMap } from "../../model/components";
import type { Changes, ImageBuildResult, Operation, ResourceStep } from "../../ports";
import { durationText } from "../../model/duration";
import { harmless } from "../progress/words";

export interface Ending {
  /** `The deployment succeeded`. */
  readonly verdict: string;
  /** Counts of resources; all zero where nothing was done. */
  readonly changes: Changes;
  /** Milliseconds. */
  readonly took: number;
  /** Whether nothing was done: the changes are what would be. @default false */
  readonly planned?: boolean;
  /** Where the page of the run is kept. @default nowhere */
  readonly page?: string | undefined;
  /** Service to URL. */
  readonly endpoints?: Readonly<Record<string, string>>;
}

/** The lines. */
export function endingLines({
  verdict,
  changes,
  took,
  page,
  endpoints = {},
  planned = false,
}: Ending): readonly string[] {
  const counts = countsOf(changes, planned ? future : past);
  const urls = Object.entries(endpoints);
  const width = Math.max(...urls.map(([service]) => service.length), 0);
  return [
    `${verdict} in ${durationText(took)}${counts === "" ? "" : `: ${counts}`}`,
    ...(page === undefined ? [] : [`Page of this run: ${page}`]),
    ...urls.map(([service, url]) => `${harmless(service).padEnd(width)}  ${harmless(url)}`),
  ];
}

/** What became of resources, by the operation. */
export const past: Readonly<Record<Operation, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

const future: typeof past = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  same: "unchanged",
};

/** `113 resources created, 2 updated`. */
function countsOf(changes: Changes, words: typeof past): string {
  const some = (["create", "update", "replace", "delete", "same"] as const).filter((op) => changes[op] > 0);
  return some
    .map(
      (op, index) =>
        `${changes[op]} ${index > 0 ? "" : changes[op] === 1 ? "resource " : "resources "}${words[op]}`,
    )
    .join(", ");
}

type Fate = "Created" | "Updated" | "Deleted";

/** What has become of each component, in its own words: `Created: network, db`; nothing of what stayed as it was. */
export function componentLines(
  steps: readonly ResourceStep[],
  builds: readonly ImageBuildResult[],
): readonly string[] {
  const map = new ComponentMap(steps);
  const ops = new Map<string, { readonly name: string; readonly ops: Set<Operation> }>();
  for (const { urn, type, op } of steps) {
    const component = /^(berth|pulumi):/.test(type) ? undefined : map.of(urn);
    if (component === undefined) continue;
    const key = componentKey(component);
    const known = ops.get(key) ?? { name: component.name, ops: new Set<Operation>() };
    known.ops.add(op);
    ops.set(key, known);
  }
  const fates = new Map<Fate, string[]>();
  for (const [, { name, ops: seen }] of [...ops].sort(([a], [b]) => inOrder(a, b))) {
    const fate = fateOf(seen);
    if (fate !== undefined) fates.set(fate, [...(fates.get(fate) ?? []), name]);
  }
  const built = [
    ...new Set(builds.filter(({ cached }) => !cached).map(({ service }) => `image of ${service}`)),
  ];
  return [
    ...(["Created", "Updated", "Deleted"] as const).flatMap((fate) => listed(fate, fates.get(fate) ?? [])),
    ...listed("Built", built),
  ];
}

const order: readonly string[] = ["network", "entry", "stack", "store", "service"];

/** By kind, then by name. @param a - a component's key */
function inOrder(a: string, b: string): number {
  const rank = (key: string): number => order.indexOf(key.slice(0, key.indexOf("/")));
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function fateOf(ops: ReadonlySet<Operation>): Fate | undefined {
  if ([...ops].every((op) => op === "same")) return undefined;
  if ([...ops].every((op) => op === "create")) return "Created";
  return [...ops].every((op) => op === "delete") ? "Deleted" : "Updated";
}

function listed(title: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${title}: ${names.map(harmless).join(", ")}`];
}
