/** What a person reads of a command's outcome, before its last lines. */
import type { Deployment } from "../app/deploy";
import type { Operated } from "../app/operate";
import { definedOnly } from "../defined";
import type { ComponentChange } from "../ports";
import type { MonthlyCost } from "../ports/cost";
import { componentLines } from "../report/terminal/ending";
import { markdownOf } from "../report/summary/markdown";
import { resourceLines, summaryText } from "../report/summary/text";
import { costText, noticesOf, paragraphs, recordsOf, warningLine } from "../report/terminal/paragraphs";
import { buildsTable, changesTable } from "../report/terminal/tables";
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
  const { command, verbose, markdown } = settings;
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
    ...(cost === undefined ? [] : [costText(cost, planned ? summary : [])]),
    warnings.map(warningLine).join("\n"),
    ...(planned ? [] : [[...summaryText(changed).changes, ...componentLines(steps, builds)].join("\n")]),
  ]);
}

/** The text of what was done to a stack. */
export function operationText({ steps, kept = [] }: Operated, { verbose }: Settings): string {
  return paragraphs([
    ...(verbose && steps.length > 0 ? [changesTable(steps)] : []),
    componentLines(steps, []).join("\n"),
    kept.map(({ name, kind, id, use }) => `kept: ${kind} ${id} of ${name}: ${use}`).join("\n"),
  ]);
}
