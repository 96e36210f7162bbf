/** A preview as the comment of a pull request: what counts in a few lines, the rest behind a fold. */
import type { Warning } from "../../model/project";
import type { ComponentChange, ResourceStep } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import { costLine } from "../cost/cost";
import { costRows, dollars, resourceLines, summaryText } from "./text";

export interface MarkdownPreview {
  /** `shop/pr-7` */
  readonly title: string;
  readonly summary: readonly ComponentChange[];
  readonly steps: readonly ResourceStep[];
  readonly warnings: readonly Warning[];
  readonly cost?: MonthlyCost;
}

/** GitHub refuses a comment of more than 65,536 characters: lines of the fold beyond these are counted. */
const mostLines = 400;

/** GitHub Flavored Markdown; nothing in names or values is markup. */
export function markdownOf(preview: MarkdownPreview): string {
  const { title, summary, cost } = preview;
  const { losses, changes, same } = summaryText(summary);
  const lines = [
    `### Plan of ${code(title)}`,
    "",
    ...losses.map((line) => `> **${literal(line)}**`),
    ...(losses.length === 0 ? [] : [""]),
    ...(changes.length === 0 ? ["Nothing to change."] : changes.map((line) => `- ${literal(line)}`)),
    ...(cost === undefined ? [] : ["", costSentence(cost, summary)]),
    "",
    ...folded(restOf(preview, same)),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function costSentence({ total, region }: MonthlyCost, summary: readonly ComponentChange[]): string {
  const sum = (when: "before" | "after"): number =>
    summary.reduce((all, { monthlyCost }) => all + (monthlyCost?.[when] ?? 0), 0);
  const change = sum("after") - sum("before");
  const told =
    Math.abs(change) < 0.005 ? "no change" : `${change > 0 ? "+" : "-"}${dollars(Math.abs(change))}`;
  return `About **${dollars(total)} a month** in ${literal(region)} before anybody uses it (${told}).`;
}

function restOf(
  { steps, warnings, summary, cost }: MarkdownPreview,
  same: readonly string[],
): readonly string[] {
  const rows = costRows(summary).map((row) => `| ${row.map(literal).join(" | ")} |`);
  return [
    ...(same.length === 0 ? [] : [`Unchanged: ${same.map(code).join(", ")}`, ""]),
    ...(rows.length === 0 ? [] : ["| Component | A month | Change |", "|---|---|---|", ...rows, ""]),
    ...(cost === undefined ? [] : [literal(costLine(cost)), ""]),
    ...warnings.map(({ path, message }) => `- ${code(path)}: ${literal(message)}`),
    ...(warnings.length === 0 ? [] : [""]),
    ...fenced(resourceLines(steps)),
  ];
}

function folded(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ["<details><summary>Costs, warnings and AWS's resources</summary>", "", ...lines, "", "</details>"];
}

function fenced(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostLines).map((line) => line.replaceAll("`", "'"));
  const more = lines.length - shown.length;
  return ["```", ...shown, ...(more === 0 ? [] : [`and ${more} more`]), "```"];
}

/** Text that means itself: no emphasis, link, image, HTML or mention. */
function literal(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]#!|~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u200b");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
