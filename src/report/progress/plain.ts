/** Progress where nobody can draw: a line when a component begins and ends, and a line now and then for all that goes on. */
import { verboseLine, type StreamEvent } from "../terminal/progress";
import { Board } from "./board";
import { changeLine, pulse } from "./sentences";
import { harmless, harmlessLines } from "./words";

/** What shows a run's progress to a person. */
export interface ProgressView {
  take(event: StreamEvent): void;
  /** Nothing more comes: what is still open is reported, and what was drawn stays. */
  end(): void;
  /** Takes what is drawn off the screen, so that a question may be there. @returns what puts it back */
  pause(): () => void;
}

export interface ViewOptions {
  /** A whole line. */
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls again and again. @returns what ends it */
  readonly every: (milliseconds: number, call: () => void) => () => void;
  /** What the events are folded into. @default one of the view's own */
  readonly board?: Board;
}

/** Milliseconds of silence after which a line is written in any case; with a look each second it is never half a minute. */
const longestSilence = 28_500;
const look = 1_000;

export class PlainView implements ProgressView {
  readonly #board: Board;
  readonly #began: number;
  readonly #stop: () => void;
  #last: number;

  /** @param options - `verbose`: every resource has its line, in place of those of components */
  constructor(private readonly options: ViewOptions & { readonly verbose?: boolean }) {
    this.#board = options.board ?? new Board();
    this.#began = options.now();
    this.#last = this.#began;
    this.#stop = options.every(look, () => {
      const now = options.now();
      if (now - this.#last >= longestSilence) this.#write(pulse(this.#board, now, this.#began));
    });
  }

  take(event: StreamEvent): void {
    const changes = this.#board.take(event, this.options.now());
    const { verbose = false } = this.options;
    const lines = verbose ? [verboseLine(event)] : [...changes.map(changeLine), saidAside(event)];
    for (const line of lines) if (line !== undefined) this.#write(line);
    if (event.kind === "end") this.end();
  }

  end(): void {
    this.#stop();
    const changes = this.#board.finish("done", this.options.now());
    if (this.options.verbose !== true) for (const change of changes) this.#write(changeLine(change));
  }

  pause(): () => void {
    return () => undefined;
  }

  #write(line: string): void {
    this.#last = this.options.now();
    this.options.write(line);
  }
}

/** What is reported of no component: notes, and warnings and errors of the engine. */
export function saidAside(event: StreamEvent): string | undefined {
  if (event.kind === "note") return harmlessLines(event.message);
  if (event.kind !== "diagnostic" || event.severity === "info" || event.severity === "error")
    return undefined;
  return `warning: ${harmless(event.message)}`;
}
