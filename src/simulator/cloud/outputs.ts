/** What a resource gives: what its type always has, its inputs, and what AWS computes. */
import { alwaysOutputs, type OutputKind, type OutputNames } from "./always-outputs";
import { unknown, type Properties } from "./cloud";
import { defaultsKey } from "./naming";
import type { Making, ResourceType } from "./resource-type";
import { mapProperties, same } from "./values";

const emptyOf: Readonly<Record<OutputKind, unknown>> = {
  string: "",
  number: 0,
  boolean: false,
  list: [],
  map: {},
};

/** By type, what {@link namesOf} has read of the table. */
const known = new Map<string, ReadonlyMap<string, OutputKind>>();

/** What a type always gives, in the table's order. */
function namesOf(token: string): ReadonlyMap<string, OutputKind> {
  const names = known.get(token) ?? read(alwaysOutputs[token] ?? {});
  known.set(token, names);
  return names;
}

function read(outputs: OutputNames): ReadonlyMap<string, OutputKind> {
  return new Map(
    (Object.keys(emptyOf) as OutputKind[]).flatMap((kind) =>
      (outputs[kind]?.split(" ") ?? []).map((name) => [name, kind] as const),
    ),
  );
}

function withoutDefaults(inputs: Properties): Properties {
  return mapProperties(inputs, (value, property) => (property === defaultsKey ? undefined : value));
}

/** Every output: what the type always has, then the inputs, then what AWS computes. */
export function compose(type: ResourceType, making: Making, id: string): Properties {
  const always = namesOf(type.token);
  const empty: Record<string, unknown> = {};
  for (const [name, kind] of always) empty[name] = emptyOf[kind];
  return {
    ...empty,
    ...(always.has("ownerId") ? { ownerId: making.world.accountId } : {}),
    ...(always.has("region") ? { region: making.world.region } : {}),
    ...withoutDefaults(making.inputs),
    ...(always.has("tagsAll") ? { tagsAll: making.inputs["tags"] ?? {} } : {}),
    ...type.outputs?.(making, id),
  };
}

/** What an update leaves as it was, though its inputs don't say so. */
export function kept({ keeps = [] }: ResourceType, before: Properties, inputs: Properties): Properties {
  const left = keeps.filter((name) => inputs[name] === undefined && before[name] !== undefined);
  return Object.fromEntries(left.map((name) => [name, before[name]]));
}

/** The inputs of an update as AWS has them then: what the provider sends, and what it leaves as it is. */
export function asSent(
  { sendsChanges = [] }: ResourceType,
  {
    state,
    now,
    inputs,
    ignored,
  }: {
    readonly state: Properties;
    readonly now: Properties;
    readonly inputs: Properties;
    /** `ignoreChanges`: for the provider they are as its state has them. */
    readonly ignored: readonly string[];
  },
): Properties {
  const isLeft = (name: string): boolean => ignored.includes(name) || same(inputs[name], state[name]);
  const left = sendsChanges.filter((name) => isLeft(name) && now[name] !== undefined);
  return { ...inputs, ...Object.fromEntries(left.map((name) => [name, now[name]])) };
}

/** What a preview knows: the inputs, what an update keeps of the `old` outputs, and what AWS has yet to compute. */
export function foreseen(token: string, inputs: Properties, old: Properties = {}): Properties {
  const open: Record<string, unknown> = {};
  for (const name of namesOf(token).keys()) open[name] = unknown;
  return { ...open, ...old, ...withoutDefaults(inputs) };
}
