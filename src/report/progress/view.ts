/** Which view shows the progress of a run: a screen, lines by component, every resource, or the events themselves. */
import { styleText } from "node:util";
import { eventLine, type StreamEvent } from "../terminal/progress";
import { definedOnly } from "../../defined";
import type { Board } from "./board";
import { drawingOn, refreshSize } from "./drawing";
import { LiveView } from "./live";
import { PlainView, type ProgressView, type ViewOptions } from "./plain";
import type { Paint } from "./frame";

/** How the progress of runs is shown. */
export type ProgressKind = "live" | "lines" | "verbose" | "events";

export interface ViewRequest {
  readonly kind: ProgressKind;
  /** A whole line, which stays. */
  readonly write: (line: string) => void;
  readonly colour: boolean;
  /** The terminal of a live view. */
  readonly stream?: NodeJS.WriteStream | undefined;
  /** What the environment says of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the view folds the events into. @default one of its own */
  readonly board?: Board;
}

const paintPlain: Paint = (_style, text) => text;
const paintColoured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Makes the view. A live one without a terminal shows lines. */
export function makeView({ kind, write, colour, stream, environment, board }: ViewRequest): ProgressView {
  const options = { write, now: () => Date.now(), every, ...definedOnly({ board }) };
  if (kind === "events") return new EventsView(options);
  if (kind !== "live" || stream === undefined)
    return new PlainView({ ...options, verbose: kind === "verbose" });
  return new LiveView({
    ...options,
    drawing: drawingOn(stream, environment),
    screen: () => {
      refreshSize(stream);
      const { columns, rows: lines } = stream;
      return { columns, lines, paint: colour ? paintColoured : paintPlain };
    },
  });
}

/** A timer that keeps no process alive. */
const every: ViewOptions["every"] = (milliseconds, call) => {
  const timer = setInterval(call, milliseconds).unref();
  return () => {
    clearInterval(timer);
  };
};

/** The events as they are, for a program that shows them itself: `berth` beside its CD task. */
class EventsView implements ProgressView {
  constructor(private readonly options: ViewOptions) {}

  take(event: StreamEvent): void {
    const { now, write, board } = this.options;
    board?.take(event, now());
    write(eventLine(event, { now }).trimEnd());
  }

  end(): void {
    this.take({ kind: "end" });
  }

  pause(): () => void {
    return () => undefined;
  }
}

/** The event that a line of a CD task is, `undefined` where it is text. */
export function eventOfLine(line: string): StreamEvent | undefined {
  if (!line.startsWith('{"time":"')) return undefined;
  try {
    const { time: _time, ...event } = JSON.parse(line) as { readonly time: string } & StreamEvent;
    return typeof event.kind === "string" ? event : undefined;
  } catch {
    return undefined;
  }
}
