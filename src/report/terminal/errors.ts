/** How an error is reported on stderr: every problem with its place, the line at fault, and the fix. */
import { BerthError, type Problem } from "../../errors";
import { harmlessLines } from "../progress/words";
import { excerpt } from "./excerpt";

/** What a user reads of an error. A bug of ours shows its stack trace, or how to get one, and asks for a report. */
export function errorText(error: unknown): string {
  if (error instanceof BerthError) return `${error.problems.map(problemText).join("\n")}\n`;
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const report = `This is a bug in Berth. Please report it with what follows.\n${shown}\n`;
  const isPlaced = !(error instanceof Error) || /\n +at /.test(shown);
  return isPlaced
    ? report
    : `${report}Run it again with LOG_LEVEL=debug, to report where it was thrown too.\n`;
}

function problemText(problem: Problem): string {
  const at = problem.location;
  const lines = [
    ...(at === undefined ? [] : [`${at.file}:${at.line}:${at.column}`]),
    ...(problem.path === undefined || problem.path === "" ? [] : [problem.path]),
    problem.message,
  ];
  const source = at?.text === undefined ? [] : excerpt(at.text, at.column).map((line) => `  ${line}`);
  const hint = problem.hint === undefined ? [] : [`  fix: ${harmlessLines(problem.hint)}`];
  return [`error: ${harmlessLines(lines.join(": "))}`, ...source, ...hint].join("\n");
}
