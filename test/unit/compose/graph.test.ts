import fc from "fast-check";
import { dependencyOrder } from "../../../src/compose/graph";

type Edges = Readonly<Record<string, readonly string[]>>;

function order(edges: Edges) {
  return dependencyOrder(Object.keys(edges), (name) => edges[name] ?? []);
}

describe("the order of services", () => {
  test.each<[string, Edges, readonly string[]]>([
    ["no dependencies: the file's order", { c: [], a: [], b: [] }, ["c", "a", "b"]],
    ["a dependency comes first", { web: ["db"], db: [] }, ["db", "web"]],
    ["the rest keeps its place", { x: [], web: ["db"], y: [], db: [] }, ["x", "db", "web", "y"]],
    ["a diamond", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, ["d", "b", "c", "a"]],
    ["an unknown name is left out", { a: ["ghost"] }, ["a"]],
  ])("%s", (_, edges, expected) => {
    expect(order(edges)).toEqual({ ok: true, order: expected });
  });

  test.each<[string, Edges, readonly string[]]>([
    ["itself", { a: ["a"] }, ["a", "a"]],
    ["two", { a: ["b"], b: ["a"] }, ["a", "b", "a"]],
    ["behind a tail", { t: ["a"], a: ["b"], b: ["c"], c: ["a"] }, ["a", "b", "c", "a"]],
  ])("a cycle is named: %s", (_, edges, cycle) => {
    expect(order(edges)).toEqual({ ok: false, cycle });
  });

  test("a chain of 50,000 needs no stack", () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `s${index}`);
    const result = dependencyOrder(names, (name) => [`s${Number(name.slice(1)) + 1}`]);
    expect(result).toEqual({ ok: true, order: names.toReversed() });
  });

  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc
        .array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), { maxLength: 30 })
        .map((pairs) => ({ names: Array.from({ length: size }, (_, index) => `s${index}`), pairs })),
    );

  test("every dependency comes before what needs it, or a true cycle is named", () => {
    fc.assert(
      fc.property(graphs, ({ names, pairs }) => {
        const edges = new Map(
          names.map((name, from) => [name, pairs.filter(([a]) => a === from).map(([, b]) => `s${b}`)]),
        );
        const result = dependencyOrder(names, (name) => edges.get(name) ?? []);
        if (result.ok) {
          expect([...result.order].sort()).toEqual([...names].sort());
          for (const [name, targets] of edges) {
            for (const target of targets) {
              expect(result.order.indexOf(target)).toBeLessThan(result.order.indexOf(name));
            }
          }
        } else {
          expect(result.cycle.at(0)).toBe(result.cycle.at(-1));
          expect(result.cycle.length).toBeGreaterThan(1);
          result.cycle.slice(1).forEach((target, index) => {
            expect(edges.get(result.cycle[index] ?? "")).toContain(target);
          });
        }
      }),
    );
  });

  test("an order without cycles is always found", () => {
    fc.assert(
      fc.property(graphs, ({ names, pairs }) => {
        const forward = pairs.filter(([from, to]) => from < to);
        const result = dependencyOrder(names, (name) =>
          forward.filter(([from]) => `s${from}` === name).map(([, to]) => `s${to}`),
        );
        expect(result.ok).toBe(true);
      }),
    );
  });
});
