/** A Dockerfile that is written again, step by step, each of its lines known by the author's. */
import type { FileCopy, WrittenFile } from "../../archive";

/** What is wrong with one instruction. */
export interface LineProblem {
  /** Of the author's text. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export interface Written {
  readonly text: string;
  /** For each line of the text, the line of the original that it replaces. */
  readonly lines: readonly number[];
  /** What can't be written for the executor. */
  readonly problems: readonly LineProblem[];
  /** Files that its instructions name by a second place, and those that they alone name. */
  readonly copies: readonly (FileCopy | WrittenFile)[];
}

/** The author's own text. */
export function unchanged(text: string): Written {
  return { text, lines: text.split("\n").map((_line, index) => index + 1), problems: [], copies: [] };
}

/** A text made from another one: its lines map to the other's. */
export function after(
  before: Written,
  { text, lines, problems, copies = [] }: Omit<Written, "copies"> & Partial<Pick<Written, "copies">>,
): Written {
  const original = (line: number): number => before.lines[line - 1] ?? line;
  return {
    text,
    lines: lines.map(original),
    problems: [...before.problems, ...problems.map((each) => ({ ...each, line: original(each.line) }))],
    copies: [...before.copies, ...copies],
  };
}
