/** The paragraphs that the text of a run is made of. */
import type { Warning } from "../../model/project";
import type { ComponentChange } from "../../ports";
import { harmless, harmlessLines } from "../progress/words";
import { costLine, type CostSum } from "../cost/cost";
import { endpointsOf, noChanges, unknownValue } from "../result";
import { costRows } from "../summary/text";
import { endingLines } from "./ending";
import { recordsTable, table, type DnsRecord } from "./tables";

export function paragraphs(parts: readonly string[]): string {
  const some = parts.filter((part) => part !== "");
  return some.length === 0 ? "" : `${some.join("\n\n")}\n`;
}

/** What the program has to say of the addresses. */
export function noticesOf(outputs: Readonly<Record<string, unknown>>): readonly string[] {
  const notices = outputs["notices"];
  return Array.isArray(notices) ? notices.map((notice) => `note: ${String(notice)}`) : [];
}

/** The records that somebody has to set in zones outside of the account, as far as they are known. */
export function recordsOf(outputs: Readonly<Record<string, unknown>>): readonly string[] {
  const found = outputs["dnsRecords"];
  const records = Array.isArray(found) ? found.filter(isDnsRecord) : [];
  return records.length === 0 ? [] : [recordsTable(records)];
}

function isDnsRecord(value: unknown): value is DnsRecord {
  if (typeof value !== "object" || value === null) return false;
  const { name, type, value: data } = value as Record<string, unknown>;
  return [name, type, data].every((text) => typeof text === "string" && text !== unknownValue);
}

export function warningLine({ path, message }: Warning): string {
  return `warning: ${harmless(path)}: ${harmlessLines(message)}`;
}

/** By component, and the sum. @param summary - the components with their costs; without any the sum alone */
export function costText(cost: CostSum, summary: readonly ComponentChange[]): string {
  const rows = costRows(summary);
  const byComponent = rows.length === 0 ? [] : [table(["COMPONENT", "A MONTH", "CHANGE"], rows)];
  return [...byComponent, costLine(cost)].join("\n");
}

/** A stack to which nothing would be done. */
export interface Unchanged {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  readonly resourceCount: number;
  readonly cost: CostSum;
  /** What each component costs. */
  readonly components: readonly { readonly service: string; readonly usd: number }[];
  /** Milliseconds. */
  readonly took: number;
}

/** What a preview says where an `up` would change nothing, without an engine: the same words as with one. */
export function unchangedPreview(unchanged: Unchanged): string {
  const { outputs, warnings, resourceCount, cost, components, took } = unchanged;
  const summary = components.map(({ service, usd }): ComponentChange => {
    return { service, change: "none", reasons: [], monthlyCost: { before: usd, after: usd } };
  });
  const text = paragraphs([
    ...noticesOf(outputs),
    ...recordsOf(outputs),
    costText(cost, summary),
    warnings.map(warningLine).join("\n"),
  ]);
  const last = endingLines({
    verdict: "Nothing to change",
    changes: { ...noChanges, same: resourceCount },
    ...{ took, planned: true, endpoints: endpointsOf(outputs) },
  });
  return `${text}${last.map((line) => `${line}\n`).join("")}`;
}
