/** From a canonical path (`services.api.ports[0]`) to where it was written. */
import type { SourceLocation } from "../errors";
import { withoutText } from "./problems";
import { type Node, type Place, textOf } from "./tree";

/** The place of a path in a tree, or of its nearest ancestor that has one. */
export function locateIn(root: Node, path: string): SourceLocation | undefined {
  let place: Place | undefined = root.at;
  let node: Node = root;
  let rest = path;
  while (rest !== "") {
    const step = nextStep(node, rest);
    if (step === undefined) break;
    node = step.node;
    rest = step.rest;
    place = node.at ?? place;
  }
  const location = place?.file.locate(place.offset);
  return location !== undefined && secretive.test(path) ? withoutText(location) : location;
}

/** Paths of values that may be secrets: their lines are not shown. */
const secretive = /\.(environment|args|content)($|[.[])/;

interface Next {
  readonly node: Node;
  readonly rest: string;
}

function nextStep(node: Node, path: string): Next | undefined {
  const index = /^\[([0-9]+)\]\.?(.*)$/s.exec(path);
  if (index !== null) {
    const item = node.kind === "list" ? node.items[Number(index[1])] : undefined;
    return item && { node: item, rest: index[2] ?? "" };
  }
  if (node.kind === "map") return keyStep(node.entries, path);
  if (node.kind !== "list") return undefined;
  // A list of `key=value` is a mapping in the canonical form.
  const item = node.items.find((candidate) => textOf(candidate)?.split("=", 1)[0] === path);
  return item && { node: item, rest: "" };
}

/** The longest key that the path begins with: a key may have dots of its own. */
function keyStep(entries: ReadonlyMap<string, Node>, path: string): Next | undefined {
  for (
    let end = path.length;
    end > 0;
    end = Math.max(path.lastIndexOf(".", end - 1), path.lastIndexOf("[", end - 1))
  ) {
    const value = entries.get(path.slice(0, end));
    if (value !== undefined) return { node: value, rest: path.slice(end).replace(/^\./, "") };
  }
  return undefined;
}
