/** What is kept of a run at the place that `BERTH_EVENTS` names: its event stream, and beside it the page of the run. */
import { writeFile } from "node:fs/promises";
import type { Clock } from "../../ports";
import { fileAt, openEventSink, unwritable, type EventSink, type PutObject } from "./event-sink";
import { reportPage, type RunReport } from "./page";
import { eventLine, type StreamEvent } from "../terminal/progress";
import type { TimedEvent } from "./timeline";

export interface RunRecordOptions {
  /** A path, `file://…`, `s3://bucket/key` or `https://…`. */
  readonly location: string;
  readonly cwd: string;
  readonly put: PutObject;
  readonly clock: Clock;
}

export class RunRecord {
  readonly #stream: EventSink;
  readonly #events: TimedEvent[] = [];

  /** @throws BerthError (usage) where the place can't be written */
  constructor(private readonly options: RunRecordOptions) {
    this.#stream = openEventSink(options.location, options.cwd, options.put);
  }

  tell(event: StreamEvent): void {
    this.#events.push({ at: this.options.clock.now(), event });
    this.#stream.write(eventLine(event, this.options.clock));
  }

  /** Writes the page. @throws BerthError (usage) where it can't be kept there */
  async keepPage(known: Omit<RunReport, "events" | "ended">): Promise<void> {
    const { location, cwd, put, clock } = this.options;
    const place = pageLocation(location);
    if (place === undefined) return;
    const html = reportPage({ ...known, events: this.#events, ended: clock.now() });
    if (place.startsWith("s3://")) {
      await put(place, html, "text/html; charset=utf-8");
      return;
    }
    const path = fileAt(place, cwd);
    try {
      await writeFile(path, html, { mode: 0o600 });
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Flushes the stream. @throws BerthError (usage) where it can't be kept at its place */
  close(): Promise<void> {
    return this.#stream.close();
  }
}

/** `events.ndjson` has `events.html` beside it; an `https://` address is of one object alone. */
export function pageLocation(events: string): string | undefined {
  if (/^https?:\/\//.test(events)) return undefined;
  return `${events.replace(/\.(ndjson|jsonl|json)$/, "")}.html`;
}
