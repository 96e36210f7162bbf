/** A run's events as spans of time: what was at work when, for the page of the run. */
import type { Component } from "../../model/components";
import type { StreamEvent } from "../terminal/progress";
import { shortType } from "../terminal/progress";

/** An event of the stream, and when it came: milliseconds since the epoch. */
export interface TimedEvent {
  readonly at: number;
  readonly event: StreamEvent;
}

/** One thing that took its time. */
export interface Span {
  readonly what: string;
  /** How it is shown: an operation of the engine, or what is not the engine's. */
  readonly kind: "create" | "update" | "replace" | "delete" | "build" | "task" | "service";
  readonly outcome: "done" | "failed" | "open";
  /** The component that it belongs to. @default the stack itself */
  readonly component?: Component;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

interface Told {
  readonly key: string;
  readonly what: string;
  readonly kind: Span["kind"];
  readonly status: "began" | Span["outcome"];
  readonly component?: Component | undefined;
}

/** The spans in the order in which they began; what did not end is open until the last event. */
export function spansOf(events: readonly TimedEvent[]): readonly Span[] {
  const open = new Map<string, Span>();
  const spans: Span[] = [];
  const last = events.at(-1)?.at ?? 0;
  for (const { at, event } of events) {
    const told = toldBy(event);
    if (told === undefined) continue;
    const { key, what, kind, status, component } = told;
    const of = component === undefined ? {} : { component };
    const begun = open.get(key);
    if (status === "began") {
      if (begun === undefined) open.set(key, { what, kind, outcome: "open", from: at, to: last, ...of });
      continue;
    }
    open.delete(key);
    const from = begun?.from ?? at - secondsOf(event) * 1_000;
    spans.push({ what, kind, outcome: status, from, to: at, ...of });
  }
  return [...spans, ...open.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

function secondsOf(event: StreamEvent): number {
  return "seconds" in event ? (event.seconds ?? 0) : 0;
}

function toldBy(event: StreamEvent): Told | undefined {
  switch (event.kind) {
    case "resource":
      return resource(event);
    case "build": {
      const { service, platform, status } = event;
      if (status === "cached") return undefined;
      const what = `image of ${service} for ${platform}`;
      const component = { kind: "image", name: service } as const;
      return { key: `build ${what}`, what, kind: "build", status: endOf(status), component };
    }
    case "one-off": {
      const { service, status } = event;
      const component = { kind: "service", name: service } as const;
      const what = `one-off task ${service}`;
      return { key: `task ${service}`, what, kind: "task", status: endOf(status), component };
    }
    case "service": {
      const { service, status } = event;
      return {
        key: `service ${service}`,
        what: `service ${service}`,
        kind: "service",
        status: endOf(status),
        component: { kind: "service", name: service },
      };
    }
    default:
      return undefined;
  }
}

function resource({
  component,
  op,
  status,
  type,
  name,
  urn,
}: Extract<StreamEvent, { kind: "resource" }>): Told | undefined {
  // A component takes as long as what is in it.
  if (op === "same" || op === "read" || op === "refresh" || !type.startsWith("aws:")) return undefined;
  const ends = { started: "began", done: "done", failed: "failed" } as const;
  return {
    key: `${op} ${urn}`,
    what: `${shortType(type)} ${name}`,
    kind: op,
    status: ends[status],
    component,
  };
}

/** What a word of progress says of a span. */
function endOf(status: string): Told["status"] {
  if (status === "succeeded" || status === "steady") return "done";
  return status === "failed" || status === "cancelled" ? "failed" : "began";
}
