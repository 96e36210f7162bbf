/** What a program asks for: one resource, as its registration puts it; and how it compares with what is in the state. */
import type { Properties, SimulatedCloud } from "../cloud/cloud";
import { containsUnknown, isRecord, same } from "../cloud/values";
import type { StateResource } from "../state/state";

export interface Goal {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: Properties;
  /** Those of the inputs that are secret, and not known in a preview. */
  readonly unknownSecrets: readonly string[];
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** `undefined` leaves it to the cloud. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** URNs under which the state may know it. */
  readonly aliases: readonly string[];
  /** The id of an existing resource to take over. */
  readonly importId: string;
  readonly provider: string;
  readonly deletedWith: string;
}

export type Plan =
  | { readonly op: "create" | "same" }
  | { readonly op: "update"; readonly diff: readonly string[] }
  | { readonly op: "replace"; readonly diff: readonly string[]; readonly deleteFirst: boolean };

/** Whether the engine itself looks after a resource: components, the stack, providers. */
export function isEngineOwn(goal: Pick<Goal, "custom" | "type">): boolean {
  return !goal.custom || goal.type.startsWith("pulumi:providers:");
}

/** The operation that turns what the state has into what the program asks for. */
export function planOf(
  goal: Goal,
  inputs: Properties,
  old: StateResource | undefined,
  cloud: SimulatedCloud,
): Plan {
  if (old === undefined) return { op: "create" };
  if (isEngineOwn(goal)) {
    const diff = changedKeys(old.inputs, inputs);
    return diff.length === 0 ? { op: "same" } : { op: "update", diff };
  }
  const found = cloud.diff(goal.type, old.inputs, inputs);
  if (found.changed.length === 0) return { op: "same" };
  const forced = found.changed.filter((key) =>
    goal.replaceOnChanges.some((path) => path === "*" || headOf(path) === key),
  );
  if (found.replaces.length === 0 && forced.length === 0) return { op: "update", diff: found.changed };
  const deleteFirst = goal.deleteBeforeReplace ?? found.deleteBeforeReplace;
  return { op: "replace", diff: found.changed, deleteFirst };
}

function changedKeys(before: Properties, after: Properties): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !same(before[key], after[key]))
    .sort();
}

/** Inputs with the old values under the ignored paths: `tags`, `tags.a`, `containers[0].image`, `*`. */
export function ignoring(
  inputs: Properties,
  old: Properties | undefined,
  paths: readonly string[],
): Properties {
  if (old === undefined) return inputs;
  if (paths.includes("*")) return old;
  return paths.reduce<Properties>((result, path) => {
    const changed = restored(result, old, keysOf(path));
    return isRecord(changed) ? changed : result;
  }, inputs);
}

function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|[^.[\]]+/g)].map(
    ([whole, quoted, index]) => quoted ?? index ?? whole,
  );
}

function headOf(path: string): string {
  return keysOf(path)[0] ?? "";
}

/** `value` with what `old` has under the keys; what `old` lacks is taken away. */
function restored(value: unknown, old: unknown, keys: readonly string[]): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return old;
  if (Array.isArray(value) && Array.isArray(old)) {
    return value.map((item: unknown, index) =>
      String(index) === key ? restored(item, old[index], rest) : item,
    );
  }
  if (!isRecord(value) && !isRecord(old)) return value;
  const [mine, theirs] = [isRecord(value) ? value : {}, isRecord(old) ? old : {}];
  const replaced = restored(mine[key], theirs[key], rest);
  return Object.fromEntries(
    Object.entries({ ...mine, [key]: replaced }).filter(([, item]) => item !== undefined),
  );
}

/** Names of the inputs that a run, unlike a preview, has to know: what isn't targeted left them open. */
export function openInputs(inputs: Properties): readonly string[] {
  return Object.keys(inputs).filter((key) => containsUnknown(inputs[key]));
}
