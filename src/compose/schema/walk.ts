/** A tree and its shapes, walked side by side for one thing that shapes have. */
import { joinKey, list, mapEntries, type Node } from "../tree";
import { type Shape, shapeBelow } from "./shape";

type Mark = "lengthen" | "fill" | "rule" | "resolve" | "inside";

/** What is made of a node whose shape has the mark; `deeper` goes on with what is in it. */
type Apply<M extends Mark> = (
  marked: NonNullable<Shape[M]>,
  node: Node,
  path: string,
  deeper: (node: Node) => Node,
) => Node;

/** The tree with each node whose shape has the mark changed; what is below one is left to the change. */
export function walk<M extends Mark>(
  node: Node,
  shape: Shape | undefined,
  mark: M,
  apply: Apply<M>,
  path = "",
): Node {
  if (shape === undefined || !leadsTo(shape, mark)) return node;
  const deeper = (from: Node): Node => {
    if (from.kind === "map") {
      return mapEntries(from, (value, key) =>
        walk(value, shapeBelow(shape, key), mark, apply, joinKey(path, key)),
      );
    }
    if (from.kind === "scalar") return from;
    return list(
      from.items.map((item, index) => walk(item, shape.items, mark, apply, `${path}[${index}]`)),
      from.at,
    );
  };
  const marked = shape[mark];
  return marked === undefined ? deeper(node) : apply(marked, node, path, deeper);
}

const known = new Map<Mark, WeakMap<Shape, boolean>>();

/** Whether a shape, or one below it, has the mark: nothing else is walked. */
function leadsTo(shape: Shape, mark: Mark): boolean {
  const ofMark = known.get(mark) ?? new WeakMap<Shape, boolean>();
  known.set(mark, ofMark);
  const before = ofMark.get(shape);
  if (before !== undefined) return before;
  const { items, values, fields, without } = shape;
  const below = [items, values, ...Object.values(fields ?? {})].filter((each) => each !== undefined);
  const found =
    !without?.some((each) => each === mark) &&
    (shape[mark] !== undefined || below.some((each) => leadsTo(each, mark)));
  ofMark.set(shape, found);
  return found;
}
