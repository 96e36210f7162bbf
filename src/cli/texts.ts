/** What a person reads of a command's outcome, before its last lines. */
import type { Deployment } from "../app/deploy";
import type { Operated } from "../app/operate";
import type { Warning } from "../model/project";
import type { MonthlyCost } from "../ports/cost";
import { costLine } from "../report/cost/cost";
import { unknownValue } from "../report/result";
import { componentLines } from "../report/terminal/ending";
import { buildsTable, changesTable, recordsTable, type DnsRecord } from "../report/terminal/tables";
import type { Settings } from "../settings/settings";

/** The text of a deployment or of its preview: paragraphs, the last of which says what has become of the components. */
export function deploymentText(
  { steps, builds, outputs, warnings }: Deployment,
  { command, verbose = false }: Settings,
  cost: MonthlyCost | undefined,
): string {
  return paragraphs([
    ...(verbose && steps !== undefined ? [changesTable(steps)] : []),
    ...(verbose && builds.length > 0 ? [buildsTable(builds)] : []),
    ...noticesOf(outputs),
    ...recordsOf(outputs),
    ...(cost === undefined || command !== "preview" ? [] : [costLine(cost)]),
    warnings.map(warningLine).join("\n"),
    componentLines(steps ?? [], builds).join("\n"),
  ]);
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
