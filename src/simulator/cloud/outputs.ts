/** What a resource gives: what its type always has, its inputs, and what AWS computes. */
import { alwaysOutputs, type OutputKind, type OutputNames } from "./always-outputs";
import { unknown, type Properties } from "./cloud";
import { defaultsKey } from "./naming";
import type { Making, ResourceType } from "./resource-type";
import { same } from "./values";

const emptyOf: Readonly<Record<OutputKind, unknown>> = {
  string: "",
  number: 0,
  boolean: false,
  list: [],
  map: {},
};

function names(outputs: OutputNames): readonly { kind: OutputKind; name: string }[] {
  return (Object.keys(emptyOf) as OutputKind[]).flatMap((kind) =>
    (outputs[kind]?.split(" ") ?? []).map((name) => ({ kind, name })),
  );
}

function withoutDefaults(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([property, value]) => property !== defaultsKey && value !== undefined),
  );
}

/** Every output: what the type always has, then the inputs, then what AWS computes. */
export function compose(type: ResourceType, making: Making, id: string): Properties {
  const always = names(alwaysOutputs[type.token] ?? {});
  const has = (output: string): boolean => always.some(({ name }) => name === output);
  return {
    ...Object.fromEntries(always.map(({ kind, name }) => [name, emptyOf[kind]])),
    ...(has("ownerId") ? { ownerId: making.world.accountId } : {}),
    ...(has("region") ? { region: making.world.region } : {}),
    ...withoutDefaults(making.inputs),
    ...(has("tagsAll") ? { tagsAll: making.inputs["tags"] ?? {} } : {}),
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
  const always = names(alwaysOutputs[token] ?? {}).map(({ name }) => [name, unknown] as const);
  return { ...Object.fromEntries(always), ...old, ...withoutDefaults(inputs) };
}
