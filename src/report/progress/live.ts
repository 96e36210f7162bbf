/** Progress in a terminal: a screen that is drawn over itself, and the lines that stay above it. */
import type { StreamEvent } from "../terminal/progress";
import { Board } from "./board";
import { frame, type Screen } from "./frame";
import { saidAside, type ProgressView, type ViewOptions } from "./plain";
import { changeLine } from "./sentences";

/** What draws over itself: the library's own shape. */
export interface Drawing {
  (text: string): void;
  clear(): void;
  done(): void;
}

/** `write` goes through {@link LiveView.above}, as everything does that is written to the terminal. */
export interface LiveOptions extends ViewOptions {
  readonly drawing: Drawing;
  /** Asked at each drawing: a window changes its size. */
  readonly screen: () => Screen;
}

/** Milliseconds between two drawings. */
const pace = 100;

export class LiveView implements ProgressView {
  readonly #board: Board;
  readonly #began: number;
  readonly #stop: () => void;
  #paused = 0;
  #ended = false;

  constructor(private readonly options: LiveOptions) {
    this.#board = options.board ?? new Board();
    this.#began = options.now();
    this.#stop = options.every(pace, () => {
      this.#draw();
    });
  }

  take(event: StreamEvent): void {
    const changes = this.#board.take(event, this.options.now());
    const lines = changes.filter(({ kind }) => kind === "news").map(changeLine);
    const said = saidAside(event);
    if (said !== undefined) lines.push(said);
    for (const line of lines) this.options.write(line);
    if (event.kind === "end") this.end();
  }

  /** Writes something that stays, above the screen. */
  above(write: () => void): void {
    if (!this.#ended && this.#paused === 0) this.options.drawing.clear();
    write();
    this.#draw();
  }

  end(): void {
    if (this.#ended) return;
    this.#stop();
    this.#board.finish("done", this.options.now());
    this.options.drawing.clear();
    const { now, screen, write } = this.options;
    const text = frame(this.#board, now(), this.#began, screen(), true);
    this.#ended = true;
    this.options.drawing.done();
    if (text !== "") write(text);
  }

  pause(): () => void {
    this.#paused += 1;
    if (!this.#ended) this.options.drawing.clear();
    return () => {
      this.#paused -= 1;
      this.#draw();
    };
  }

  #draw(): void {
    if (this.#ended || this.#paused > 0) return;
    const { drawing, now, screen } = this.options;
    drawing(frame(this.#board, now(), this.#began, screen()));
  }
}
