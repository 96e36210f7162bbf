/**
 * What two clouds make up, each for itself: ids, and the ARNs, addresses and host names that hold them. They are read
 * off the clouds themselves instead of being guessed at by their form: a value counts as made up only where both clouds
 * computed it for the same property of the same resource, and computed it differently. So an id that stands where the
 * other engine has the id of another resource is still a difference.
 */
import type { StoredResource } from "../../src/simulator/cloud/store";
import type { ResourceStep } from "../../src/ports";

/** Too short to be told from text by chance; no made-up value is. */
const shortest = 6;

/** By the cloud's side, what stands for each made-up value. */
type Names = readonly [Map<string, string>, Map<string, string>];

export class MadeUp {
  readonly #names: Names = [new Map(), new Map()];

  /**
   * Learns what the two clouds made up until now.
   *
   * @param clouds - everything that exists in each, oldest first: the first resource that has a value gives it its name
   * @param steps - the inputs of the resources, which are the program's own and nothing that a cloud computed
   */
  learn(
    clouds: readonly [readonly StoredResource[], readonly StoredResource[]],
    steps: readonly ResourceStep[],
  ): void {
    const inputs = new Map(steps.map((step) => [step.urn, step.inputs]));
    const others = new Map(clouds[1].map((resource) => [resource.urn, resource]));
    // Of a resource whose former revision is kept, the newest counts on both sides.
    for (const resource of new Map(clouds[0].map((one) => [one.urn, one])).values()) {
      const other = others.get(resource.urn);
      if (other === undefined) continue;
      const own = inputs.get(resource.urn) ?? {};
      const [mine, theirs] = [resource, other].map(({ id, outputs }) =>
        leaves(Object.fromEntries(Object.entries({ ...outputs, id }).filter(([key]) => !(key in own)))),
      );
      for (const [path, value] of mine ?? [])
        this.#pair(`<${resource.urn} ${path}>`, value, theirs?.get(path));
    }
  }

  /** A value of the first (0) or the second (1) cloud's run, with a name in place of all that its cloud made up. */
  without(value: unknown, side: 0 | 1): unknown {
    const names = [...this.#names[side]].sort(([a], [b]) => b.length - a.length);
    return JSON.parse(
      names.reduce((text, [madeUp, name]) => text.replaceAll(madeUp, name), JSON.stringify(value)),
    ) as unknown;
  }

  #pair(name: string, mine: string, theirs: string | undefined): void {
    const [first, second] = this.#names;
    if (theirs === undefined || mine === theirs || Math.min(mine.length, theirs.length) < shortest) return;
    if (first.has(mine) || second.has(theirs)) return;
    first.set(mine, name);
    second.set(theirs, name);
  }
}

/** Resources by their URNs, for the order of steps is nobody's promise, and without the run's own mark of final snapshots. */
export function comparable(resources: readonly ResourceStep[]): readonly ResourceStep[] {
  return resources
    .map((resource) => {
      const snapshot = resource.inputs["finalSnapshotIdentifier"];
      if (typeof snapshot !== "string") return resource;
      const finalSnapshotIdentifier = snapshot.replace(/-[0-9a-z]+$/, "-mark");
      return { ...resource, inputs: { ...resource.inputs, finalSnapshotIdentifier } };
    })
    .sort((a, b) => a.urn.localeCompare(b.urn));
}

/** The texts in a value, by their paths. */
function leaves(value: unknown, path = ""): ReadonlyMap<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).flatMap(([key, item]) => [...leaves(item, `${path}/${key}`)]));
}
