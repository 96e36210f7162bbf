/** What becomes of the CD task's lines. */
import type { Terminal } from "../core/launcher";
import type { ProgressView } from "../../report/progress/plain";
import { eventOfLine } from "../../report/progress/view";
import type { CdOutput } from "./run";

export interface CdLines extends CdOutput {
  /** The Result, once it was written. */
  readonly result: () => string | undefined;
  /** Writes what was held back. */
  end(): void;
}

/**
 * The task's two streams come as one. For a person all of it is text; for a program (`--json`) the line that is the
 * Result goes to stdout, alone, and everything else to stderr. Events of its progress are shown as this terminal can.
 *
 * @param verbose - a line for every resource
 */
export function linesTo(terminal: Terminal, json: boolean, verbose = false): CdLines {
  let result: string | undefined;
  let view: ProgressView | undefined;
  return {
    print: (line) => {
      const event = eventOfLine(line);
      if (event !== undefined) (view ??= terminal.progressView(verbose)).take(event);
      else if (json && isResult(line)) result = line;
      else if (json) terminal.err(`${line}\n`);
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

/** `Result`'s first field is its command (docs/design.md, Contracts). */
function isResult(line: string): boolean {
  return line.startsWith('{"command":') && line.endsWith("}");
}
