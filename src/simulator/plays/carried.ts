/** Values in messages of Pulumi's. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A value as JSON. */
export function carried(value: unknown): Struct {
  return Struct.fromJavaScript({ json: JSON.stringify(value) });
}

export function carriedIn(message: Struct | undefined): unknown {
  const json = message?.toJavaScript()["json"];
  return typeof json === "string" ? JSON.parse(json) : undefined;
}
