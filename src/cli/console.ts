/** The two streams of this process, and what is drawn on the terminal behind stderr. */
import type { ProgressView } from "../report/progress/plain";
import { folded } from "../report/terminal/folded";

/** The two streams of a command. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** The terminal behind stderr, where there is one. */
  readonly screen?: OutputScreen | undefined;
}

export interface OutputScreen {
  readonly stream: NodeJS.WriteStream;
  /** What is written from now on goes above that view, until it is detached (`undefined`). */
  attach(view: DrawnView | undefined): void;
}

/** A view that lets lines be above it. */
export interface DrawnView extends ProgressView {
  above(write: () => void): void;
}

/** The real streams. */
export class ProcessOutput implements Output {
  readonly screen: OutputScreen | undefined;
  #view: DrawnView | undefined;

  constructor() {
    if (!process.stderr.isTTY) return;
    this.screen = {
      stream: process.stderr,
      attach: (view) => {
        this.#view = view;
      },
    };
  }

  stdout(text: string): void {
    // Both streams may be one terminal.
    if (process.stdout.isTTY) this.#write(process.stdout, text);
    else process.stdout.write(text);
  }

  stderr(text: string): void {
    this.#write(process.stderr, text);
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    const shown = stream.isTTY ? folded(text, stream.columns) : text;
    if (this.#view === undefined) stream.write(shown);
    else this.#view.above(() => stream.write(shown));
  }
}
