/** A picture in a terminal that is drawn over itself, also where the window was made narrower since. */
import { stripVTControlCharacters } from "node:util";
import type { createLogUpdate } from "log-update";
import type { Drawing } from "./live";

/**
 * What the library draws, with what its text was.
 *
 * A terminal reports another width after it has laid its rows again, some a quarter of a second after (tmux). Nothing
 * that is drawn in between may fold too: lines are cut at the edge while a picture is written (DECAWM, private mode 7).
 * So whatever was drawn since, the rows made by folding are those of one picture.
 */
class Picture {
  readonly #draw: Drawing;
  #text = "";
  #columns: number;

  /** @param folds - whether the terminal lays lines again that no longer fit */
  constructor(
    private readonly stream: NodeJS.WriteStream,
    library: typeof createLogUpdate,
    private readonly folds: boolean,
  ) {
    this.#draw = library(cutting(stream));
    this.#columns = stream.columns;
  }

  show(text: string): void {
    refreshSize(this.stream);
    if (this.stream.columns < this.#columns) this.clear();
    this.#draw(text);
    this.#text = text;
    this.#columns = this.stream.columns;
  }

  clear(): void {
    refreshSize(this.stream);
    const more = this.folds ? foldedLines(this.#text, this.stream.columns) : 0;
    this.#draw.clear();
    // The library has counted the lines as they were written: the rows made by folding are above.
    if (more > 0) this.stream.write("\u001b[1A\u001b[2K".repeat(more));
    this.#text = "";
  }

  done(): void {
    this.#draw.done();
  }
}

/** The terminal, as one that cuts the lines of what is written to it. */
function cutting(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return Object.create(stream, {
    write: { value: (text: string) => stream.write(`\u001b[?7l${text}\u001b[?7h`) },
  }) as NodeJS.WriteStream;
}

/**
 * Asks the terminal for its size now. Node learns of another one by a signal, which it reads only after the timers that
 * are due: a picture of the old size would be drawn first, over rows that are elsewhere by then.
 */
export function refreshSize(stream: NodeJS.WriteStream): void {
  (stream as { _refreshSize?: () => void })._refreshSize?.();
}

/** Rows more than lines that a text takes in a terminal of so many columns. */
export function foldedLines(text: string, columns: number): number {
  return stripVTControlCharacters(text)
    .split("\n")
    .reduce((sum, line) => sum + Math.max(0, Math.ceil(line.length / columns) - 1), 0);
}

/**
 * Most terminals lay lines again that no longer fit. Those that cut them instead: Linux's console, xterm (which sets
 * `XTERM_VERSION`) and GNU Screen (`STY`).
 */
export function foldsLines(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (
    environment["TERM"] !== "linux" &&
    environment["XTERM_VERSION"] === undefined &&
    environment["STY"] === undefined
  );
}

/** Draws nothing until its library is loaded, which a command that shows no progress never does. */
export function drawingOn(
  stream: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
): Drawing {
  let loaded: Picture | undefined;
  let ended = false;
  void import("log-update").then(({ createLogUpdate }) => {
    if (!ended) loaded = new Picture(stream, createLogUpdate, foldsLines(environment));
  });
  const draw = (text: string): void => {
    loaded?.show(text);
  };
  return Object.assign(draw, {
    clear: () => {
      loaded?.clear();
    },
    done: () => {
      ended = true;
      loaded?.done();
    },
  });
}
