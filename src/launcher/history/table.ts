/** The history of a stack as a person reads it. */
import type { StackRun } from "../../app/stack/runs";
import { harmless } from "../../report/progress/words";
import { past } from "../../report/terminal/ending";
import { table } from "../../report/terminal/tables";
import { durationText } from "../../model/duration";
import { cut } from "../core/words";

/** Characters of a commit that identify it. */
const shortCommit = 12;

/** Characters of the last column that are shown at least, on whatever narrow screen. */
const leastOfWhat = 20;

/**
 * A line for each run, the newest first, under the number that `follow` and `open` take.
 *
 * @param goesOn - whether a run has locked the stack: then the newest one without an end goes on
 * @param columns - cells of a line
 */
export function historyText(runs: readonly StackRun[], goesOn: boolean, columns: number): string {
  if (runs.length === 0) return "No runs: each run that changes the stack is kept here\n";
  const head = ["RUN", "STARTED", "COMMAND", "BY", "COMMIT", "RESULT"];
  const rows = runs.map((run, index) => [
    String(index + 1),
    `${run.started.slice(0, 16).replace("T", " ")}Z`,
    harmless(run.command),
    harmless(run.actor ?? ""),
    shortened(harmless(run.commit ?? "")),
    resultOf(run, goesOn && index === 0),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const room = Math.max(leastOfWhat, columns - widths.reduce((sum, width) => sum + width + 2, 0));
  return `${table(
    [...head, "WHAT"],
    rows.map((row, index) => [...row, cut(whatOf(runs[index]), room)]),
  )}\n`;
}

/** `0123456789ab+changes` */
function shortened(commit: string): string {
  const [hash = "", changes = ""] = commit.split(/(?=\+)/);
  return hash.slice(0, shortCommit) + changes;
}

/** `succeeded in 4 min 12 s`. */
function resultOf({ outcome, started, ended }: StackRun, goesOn: boolean): string {
  if (outcome === undefined || ended === undefined) return goesOn ? "goes on" : "never ended";
  return `${outcome} in ${durationText(Date.parse(ended) - Date.parse(started))}`;
}

const done: Readonly<Record<string, string>> = past;

function whatOf(run: StackRun | undefined): string {
  if (run?.error !== undefined) return harmless(run.error);
  const counts = Object.entries(run?.changes ?? {}).filter(([op, count]) => op !== "same" && count > 0);
  const what = run?.what ?? [];
  return what.length > 0
    ? harmless(what.join("; "))
    : counts.map(([op, n]) => `${n} ${done[op] ?? op}`).join(", ");
}
