/** Properties between the simulated AWS and the engine's wire: Pulumi's sentinel for unknown values, protobuf's Struct. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { unknown, type Properties } from "./cloud";

/** What the engine sent, with {@link unknown} where a preview doesn't know. */
export function fromStruct(struct: Struct | undefined): Properties {
  if (struct === undefined) return {};
  return mapProperties(struct.toJavaScript(), (value) => (value === unknownValue ? unknown : value));
}

/** What the engine is sent. Properties that are `undefined` are left out. */
export function toStruct(properties: Properties): Struct {
  const plain = mapProperties(properties, (value) => (value === unknown ? unknownValue : value));
  return Struct.fromJavaScript(plain as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** Rebuilds properties with every leaf replaced, without the keys whose value is `undefined`. */
function mapProperties(properties: Properties, leaf: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, mapValue(value, leaf)]),
  );
}

function mapValue(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapValue(item, leaf));
  if (typeof value === "object" && value !== null) return mapProperties(value as Properties, leaf);
  return leaf(value);
}
