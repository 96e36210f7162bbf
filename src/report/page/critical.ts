/** The spans of a run by component, and which of the components the run had to wait for. */
import { componentKey, type Component } from "../../model/components";
import type { OutlineRow } from "../../ports";
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
  const groups = new Map<string, { readonly component: Component; readonly spans: Span[] }>();
  for (const span of spans) {
    const component = span.component ?? stack;
    const key = componentKey(component);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { component, spans: [span] });
    else known.spans.push(span);
  }
  const found = [...groups].map(([key, { component, spans: own }]) => ({
    key,
    component,
    spans: own,
    from: Math.min(...own.map(({ from }) => from)),
    to: Math.max(...own.map(({ to }) => to)),
    outcome: outcomeOf(own),
  }));
  const path = criticalPath(found, rows);
  return found
    .map((one) => ({ ...one, critical: path.has(one.key) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

function outcomeOf(spans: readonly Span[]): Span["outcome"] {
  if (spans.some(({ outcome }) => outcome === "failed")) return "failed";
  return spans.some(({ outcome }) => outcome === "open") ? "open" : "done";
}

/** From what ended last back along what each had to wait for: of those, the one that ended last. */
function criticalPath(
  spans: readonly Omit<ComponentSpan, "critical">[],
  rows: readonly OutlineRow[],
): ReadonlySet<string> {
  const after = new Map(rows.map((row) => [componentKey(row), row.after]));
  const byKey = new Map(spans.map((span) => [span.key, span]));
  const path = new Set<string>();
  let at = [...spans].sort((a, b) => b.to - a.to)[0];
  while (at !== undefined && !path.has(at.key)) {
    path.add(at.key);
    const { to } = at;
    at = (after.get(at.key) ?? [])
      .flatMap((key) => byKey.get(key) ?? [])
      .filter((other) => other.to <= to)
      .sort((a, b) => b.to - a.to)[0];
  }
  return path;
}
