/** What a person reads of a command's outcome, before its last lines. */
import type { Deployment } from "../app/deploy";
import type { Operated } from "../app/operate";
import { definedOnly } from "../defined";
import type { Warning } from "../model/project";
import type { ComponentChange } from "../ports";
import type { MonthlyCost } from "../ports/cost";
import { costLine } from "../report/cost/cost";
import { unknownValue } from "../report/result";
import { componentLines } from "../report/terminal/ending";
import { markdownOf } from "../report/summary/markdown";
import { costRows, resourceLines, summaryText } from "../report/summary/text";
import { buildsTable, changesTable, recordsTable, table, type DnsRecord } from "../report/terminal/tables";
import type { Settings } from "../settings/settings";

export interface DeploymentText {
  readonly deployment: Deployment;
  readonly settings: Settings;
  readonly cost?: MonthlyCost;
  readonly summary?: readonly ComponentChange[];
}

/** The text of a deployment or of its preview: paragraphs, what changes by component among them. */
export function deploymentText(told: DeploymentText): string {
  const { deployment, settings, cost, summary = [] } = told;
  const { steps = [], builds, outputs, warnings, prepared } = deployment;
  const { command, verbose = false, markdown = false } = settings;
  const { project, stack } = prepared.identity;
  if (markdown) {
    const title = `${project}/${stack}`;
    return markdownOf({ title, summary, steps, warnings, ...definedOnly({ cost }) });
  }
  const { losses, changes, same } = summaryText(summary);
  const planned = command === "preview";
  const changed = summary.filter(({ change }) => !["create", "delete", "none"].includes(change));
  return paragraphs([
    ...(planned ? [losses.join("\n"), changes.join("\n")] : []),
    ...(planned && same.length > 0 && changes.length > 0 ? [`Unchanged: ${same.join(", ")}`] : []),
    ...(verbose && planned ? [resourceLines(steps).join("\n")] : []),
    ...(verbose && steps.length > 0 ? [changesTable(steps)] : []),
    ...(verbose && builds.length > 0 ? [buildsTable(builds)] : []),
    ...noticesOf(outputs),
    ...recordsOf(outputs),
    ...(cost === undefined ? [] : [costText(cost, summary, planned)]),
    warnings.map(warningLine).join("\n"),
    ...(planned ? [] : [[...summaryText(changed).changes, ...componentLines(steps, builds)].join("\n")]),
  ]);
}

/** By component in a preview, and the sum. */
function costText(cost: MonthlyCost, summary: readonly ComponentChange[], planned: boolean): string {
  const rows = planned ? costRows(summary) : [];
  const byComponent = rows.length === 0 ? [] : [table(["COMPONENT", "A MONTH", "CHANGE"], rows)];
  return [...byComponent, costLine(cost)].join("\n");
}

/** The text of what was done to a stack. */
export function operationText({ steps, kept = [] }: Operated, { verbose = false }: Settings): string {
  return paragraphs([
    ...(verbose && steps.length > 0 ? [changesTable(steps)] : []),
    componentLines(steps, []).join("\n"),
    kept.map(({ name, kind, id, use }) => `kept: ${kind} ${id} of ${name}: ${use}`).join("\n"),
  ]);
}

function paragraphs(parts: readonly string[]): string {
  const some = parts.filter((part) => part !== "");
  return some.length === 0 ? "" : `${some.join("\n\n")}\n`;
}

/** What the program has to say of the addresses. */
function noticesOf(outputs: Readonly<Record<string, unknown>>): readonly string[] {
  const notices = outputs["notices"];
  return Array.isArray(notices) ? notices.map((notice) => `note: ${String(notice)}`) : [];
}

/** The records that somebody has to set in zones outside of the account, as far as they are known. */
function recordsOf(outputs: Readonly<Record<string, unknown>>): readonly string[] {
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
  return `warning: ${path}: ${message}`;
}
