/** What a person reads at the end of a run: tables of changes, builds, URLs and stacks. */
import Table from "cli-table3";
import type { ImageBuildResult, Operation, ResourceStep, StackSummary } from "../../ports";
import { shortImage } from "./images";

const operations: readonly Operation[] = ["create", "update", "replace", "delete", "same"];

/** Rows without borders inside, as `docker compose ps` and the AWS CLI's text have it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const blank = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const plain = {
    ...blank,
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
  };
  const made = new Table({
    head: [...head],
    chars: { ...plain, right: "", "right-mid": "", middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) made.push([...row]);
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Counts of operations by component: the nearest `berth:` component above each resource. */
export function changesTable(steps: readonly ResourceStep[]): string {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const rows = new Map<string, Record<Operation, number>>();
  for (const step of steps) {
    const name = componentOf(step, byUrn);
    const counts = rows.get(name) ?? { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    counts[step.op] += 1;
    rows.set(name, counts);
  }
  const cells = [...rows].map(([name, counts]) => [
    name,
    ...operations.map((operation) => (counts[operation] === 0 ? "" : String(counts[operation]))),
  ]);
  return table(["COMPONENT", ...operations.map((operation) => operation.toUpperCase())], cells);
}

function componentOf(step: ResourceStep, byUrn: ReadonlyMap<string, ResourceStep>): string {
  let found = "stack";
  for (let at: ResourceStep | undefined = step; at !== undefined; at = byUrn.get(at.parent ?? "")) {
    if (at.type.startsWith("berth:")) found = at.name;
  }
  return found;
}

/** Service and URL. */
export function endpointsTable(endpoints: Readonly<Record<string, string>>): string {
  return table(["SERVICE", "URL"], Object.entries(endpoints));
}

/** A record to be set by hand. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** One row for each record that is to be set elsewhere. */
export function recordsTable(records: readonly DnsRecord[]): string {
  return table(
    ["RECORD", "TYPE", "VALUE"],
    records.map(({ name, type, value }) => [name, type, value]),
  );
}

/** One row for each image; the Result has their names in full. */
export function buildsTable(builds: readonly ImageBuildResult[]): string {
  return table(
    ["SERVICE", "PLATFORM", "BUILD", "IMAGE"],
    builds.map((build) => [
      build.service,
      build.platform,
      build.cached ? "cached" : `${build.seconds.toFixed(1)} s`,
      shortImage(build.image),
    ]),
  );
}

/** One row for each stack. */
export function stacksTable(stacks: readonly StackSummary[]): string {
  return table(
    ["PROJECT", "STACK", "RESOURCES", "LAST UPDATE"],
    stacks.map((stack) => [
      stack.project,
      stack.stack,
      String(stack.resourceCount ?? ""),
      stack.lastUpdate ?? "",
    ]),
  );
}

/** States that were kept, the newest first, under the number that restores each. */
export function historyTable(
  states: readonly { readonly id: string; readonly at: string; readonly command: string }[],
): string {
  const rows = states.map(({ id, at, command }, index) => [String(index + 1), at, command, id]);
  return table(["N", "AT", "AFTER", "ID"], rows);
}
