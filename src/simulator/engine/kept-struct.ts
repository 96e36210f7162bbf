/** Messages of properties that stay in this process, between the program's runtime and the simulator's monitor. */
import { Struct, Value, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

type Properties = Record<string, JavaScriptValue>;

/** A Struct that is never sent: it gives the object that it was made of, in place of one that is built from a message. */
class KeptStruct extends Struct {
  constructor(private readonly properties: Properties) {
    super();
  }

  override toJavaScript(): Properties {
    return this.properties;
  }

  override getFieldsMap(): ReturnType<Struct["getFieldsMap"]> {
    const fields = super.getFieldsMap();
    for (const [key, value] of Object.entries(this.properties)) fields.set(key, Value.fromJavaScript(value));
    return fields;
  }
}

/**
 * Makes Structs of objects without a copy, in the whole process, until the work has ended: building each message and
 * reading it again is a tenth of a large preview. Who reads one must not write to it.
 */
export async function keepingStructs<T>(work: () => Promise<T>): Promise<T> {
  const fromJavaScript = Struct.fromJavaScript.bind(Struct);
  Struct.fromJavaScript = (properties) => new KeptStruct(properties);
  try {
    return await work();
  } finally {
    Struct.fromJavaScript = fromJavaScript;
  }
}
