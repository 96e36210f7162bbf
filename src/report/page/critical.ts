/** The spans of a run by component, and which of the components the run had to wait for. */
import { componentKey, type Component } from "../../model/components";
import type { OutlineRow } from "../../ports";
import { criticalPath } from "../progress/critical-path";
import type { Span, TimedEvent } from "./timeline";

export interface ComponentSpan {
  readonly key: string;
  readonly component: Component;
  readonly outcome: Span["outcome"];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly spans: readonly Span[];
  /** Whether the run would have been shorter had this one been. */
  readonly critical: boolean;
}

const stack: Component = { kind: "stack", name: "stack" };

/** The rows that the run was to work on, in their order. */
export function rowsOf(events: readonly TimedEvent[]): readonly OutlineRow[] {
  return events.flatMap(({ event }) => (event.kind === "outline" ? (event.rows ?? []) : []));
}

/** By component, in the order in which they began. */
export function byComponent(spans: readonly Span[], rows: readonly OutlineRow[]): readonly ComponentSpan[] {
  const groups = Map.groupBy(spans, ({ component = stack }) => componentKey(component));
  const found = [...groups].map(([key, own]) => ({
    key,
    component: own[0]?.component ?? stack,
    spans: own,
    from: Math.min(...own.map(({ from }) => from)),
    to: Math.max(...own.map(({ to }) => to)),
    outcome: outcomeOf(own),
  }));
  const after = new Map(rows.map((row) => [componentKey(row), row.after]));
  const path = criticalPath(found.map(({ key, to }) => ({ key, to, after: after.get(key) ?? [] })));
  const critical = new Set(path.map(({ key }) => key));
  return found
    .map((one) => ({ ...one, critical: critical.has(one.key) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

function outcomeOf(spans: readonly Span[]): Span["outcome"] {
  if (spans.some(({ outcome }) => outcome === "failed")) return "failed";
  return spans.some(({ outcome }) => outcome === "open") ? "open" : "done";
}
