/** The way through a run that its end had to wait for: shorter parts of it would have made a shorter run. */
import { componentKey } from "../../model/components";
import type { PathStep } from "../../ports";
import type { Row } from "./row";
import { titleOf } from "./words";

/** What took its time in a run, and what it could have waited for. */
export interface Timed {
  readonly key: string;
  /** Keys. */
  readonly after: readonly string[];
  /** When it ended: milliseconds since the epoch. */
  readonly to: number;
}

/** From what ended last back along what each had to wait for: of those, the one that ended last. In the order of time. */
export function criticalPath<T extends Timed>(all: readonly T[]): readonly T[] {
  const byKey = new Map(all.map((one) => [one.key, one]));
  const path = new Set<T>();
  let at = latest(all);
  while (at !== undefined && !path.has(at)) {
    path.add(at);
    const { to, after } = at;
    at = latest(after.flatMap((key) => byKey.get(key) ?? []).filter((other) => other.to <= to));
  }
  return [...path].reverse();
}

function latest<T extends Timed>(all: readonly T[]): T | undefined {
  return [...all].sort((a, b) => b.to - a.to)[0];
}

/**
 * The critical path of a run; empty where nothing was done.
 *
 * @param rows - those on which something was done
 * @param now - when the others end: milliseconds since the epoch
 */
export function pathOf(rows: readonly Row[], now: number): readonly PathStep[] {
  const spans = rows.map(({ component, after, startedAt = now, endedAt = now }) => ({
    ...{ key: componentKey(component), component, after, from: startedAt, to: endedAt },
  }));
  let before = Math.min(...spans.map(({ from }) => from));
  return criticalPath(spans).map(({ component, to }) => {
    const seconds = Math.round(to - before) / 1_000;
    before = to;
    return { component: titleOf(component), seconds };
  });
}
