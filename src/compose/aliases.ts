/** Extensions that the specification took over under another name: `x-develop`, `x-initialSync`. */
import { mergeServices } from "./merge";
import { entry, list, type Mapping, mapEntries, mapping, type Node, withEntry } from "./tree";

/** The model with such extensions under the name that they have now; where both are there, the new one wins. */
export function promoteAliases(model: Node): Node {
  const services = entry(model, "services");
  if (model.kind !== "map" || services?.kind !== "map") return model;
  return withEntry(model, "services", mapEntries(services, promoteInService));
}

function promoteInService(service: Node): Node {
  if (service.kind !== "map") return service;
  const renamed = rename(service, "x-develop", "develop");
  const develop = renamed.entries.get("develop");
  const watch = entry(develop, "watch");
  if (develop?.kind !== "map" || watch?.kind !== "list") return renamed;
  const items = watch.items.map((item) =>
    item.kind === "map" ? rename(item, "x-initialSync", "initial_sync") : item,
  );
  return withEntry(renamed, "develop", withEntry(develop, "watch", list(items, watch.at)));
}

function rename(node: Mapping, from: string, to: string): Mapping {
  const old = node.entries.get(from);
  if (old === undefined) return node;
  const entries = new Map(node.entries);
  entries.delete(from);
  const own = entries.get(to);
  const base = mapping([[to, old]]);
  const merged = own === undefined ? base : mergeServices(base, mapping([[to, own]]), to);
  return { ...node, entries: entries.set(to, entry(merged, to) ?? old) };
}
