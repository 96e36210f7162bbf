/** Cycles in a graph of names. */

/**
 * One cycle of a directed graph, its first node at both ends; undefined where there is none. Takes time in
 * proportion to the edges, and no stack.
 */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const cycle = done.has(start) ? undefined : cycleFrom(start, graph, done);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function cycleFrom(
  start: string,
  graph: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): readonly string[] | undefined {
  const path = new Map<string, Iterator<string>>([[start, neighbours(start, graph)]]);
  const order = [start];
  for (let node = order.at(-1); node !== undefined; node = order.at(-1)) {
    const next = path.get(node)?.next();
    if (next === undefined || next.done === true) {
      done.add(node);
      path.delete(node);
      order.pop();
    } else if (path.has(next.value)) {
      return [...order.slice(order.indexOf(next.value)), next.value];
    } else if (!done.has(next.value)) {
      path.set(next.value, neighbours(next.value, graph));
      order.push(next.value);
    }
  }
  return undefined;
}

function neighbours(node: string, graph: ReadonlyMap<string, readonly string[]>): Iterator<string> {
  return (graph.get(node) ?? [])[Symbol.iterator]();
}
