/** What happens to the CD task's lines. */
import type { Terminal } from "../core/launcher";
import type { ProgressView } from "../../report/progress/plain";
import { eventOfLine } from "../../report/progress/view";
import type { CdOutput } from "./run";

export interface CdLines extends CdOutput {
  /** The Result, once it was written. */
  readonly result: () => string | undefined;
  /** Writes what was kept back. */
  end(): void;
}

/**
 * The task's two streams come as one. For a person all of it is text; for a program (`--json`) the line that is the
 * Result goes to stdout, alone, and everything else to stderr. Events of its progress are shown as this terminal can.
 *
 * @param options - `verbose`: a line for every resource; `markdown`: what comes before the comment is progress
 */
export function linesTo(
  terminal: Terminal,
  json: boolean,
  { verbose = false, markdown = false }: { readonly verbose?: boolean; readonly markdown?: boolean } = {},
): CdLines {
  let result: string | undefined;
  let view: ProgressView | undefined;
  let begun = false;
  return {
    print: (line) => {
      const event = eventOfLine(line);
      begun ||= isComment(line);
      if (event !== undefined) (view ??= terminal.progressView(verbose)).take(event);
      else if (json && isResult(line)) result = line;
      else if (json || (markdown && !begun)) terminal.err(`${line}\n`);
      else terminal.out(`${line}\n`);
    },
    // The Result is the last thing that berth-cd writes.
    complete: () => result !== undefined,
    result: () => result,
    pause: () => view?.pause() ?? (() => undefined),
    settle: () => view?.end(),
    end: () => {
      if (json && result !== undefined) terminal.out(`${result}\n`);
    },
  };
}

/** The first line of a preview as a comment, which is the last thing that berth-cd writes. */
function isComment(line: string): boolean {
  return line.startsWith("### Plan of ");
}

/** `Result`'s first field is its command (docs/design.md, Contracts). */
function isResult(line: string): boolean {
  return line.startsWith('{"command":') && line.endsWith("}");
}
