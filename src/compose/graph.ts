/**
 * The order of services by what they depend on.
 */

/** An order in which what is depended on comes first, or the names of a cycle, the first one again at its end. */
export type OrderResult =
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly cycle: readonly string[] };

interface Frame {
  readonly name: string;
  readonly targets: readonly string[];
  next: number;
}

/**
 * A topological order that follows the file where dependencies leave a choice. Takes time linear in names and
 * dependencies, and no stack, so that a long chain is no danger.
 *
 * @param names - every name, in file order
 * @param dependenciesOf - the names that one depends on; names that are not in `names` are left out of account
 */
export function dependencyOrder(
  names: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
): OrderResult {
  const known = new Set(names);
  const done = new Set<string>();
  const open = new Set<string>();
  const order: string[] = [];
  const enter = (name: string): Frame => {
    open.add(name);
    return { name, targets: dependenciesOf(name).filter((target) => known.has(target)), next: 0 };
  };
  for (const root of names) {
    if (done.has(root)) continue;
    const path = [enter(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const target = frame.targets[frame.next++];
      if (target === undefined) {
        path.pop();
        open.delete(frame.name);
        done.add(frame.name);
        order.push(frame.name);
      } else if (open.has(target)) {
        const onPath = path.map((entry) => entry.name);
        return { ok: false, cycle: [...onPath.slice(onPath.indexOf(target)), target] };
      } else if (!done.has(target)) {
        path.push(enter(target));
      }
    }
  }
  return { ok: true, order };
}
