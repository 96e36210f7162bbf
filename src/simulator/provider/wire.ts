/** Properties between the simulated AWS and the engine's wire: protobuf's Struct, Pulumi's sentinels in it. */
import { createHash } from "node:crypto";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { isSealed, seal, unknown, type Properties } from "../cloud/cloud";
import { mapProperties } from "../cloud/values";

/**
 * The properties of one request and of its answer. What the engine sends as secret reaches the cloud sealed, so that
 * the cloud's file never holds it, and goes back as the secret that it was.
 */
export class Wire {
  readonly #secrets = new Map<string, unknown>();
  /** Top-level secrets that a preview doesn't know yet. */
  readonly #unknownSecrets = new Map<string, unknown>();
  readonly #salt: string;

  /** @param salt - what makes a digest useless to whoever guesses at the secret; the same value for the same state */
  constructor(salt = "") {
    this.#salt = salt;
  }

  /** What the engine sent: secrets sealed, {@link unknown} where a preview doesn't know. */
  open(struct: Struct | undefined): Properties {
    const sent: Properties = struct?.toJavaScript() ?? {};
    for (const [key, value] of Object.entries(sent)) {
      if (isSecret(value) && this.#open(value) === unknown) this.#unknownSecrets.set(key, value);
    }
    return mapProperties(sent, (value) => this.#open(value));
  }

  /** The top-level properties that are secret, and not known in a preview. */
  get unknownSecrets(): readonly string[] {
    return [...this.#unknownSecrets.keys()];
  }

  /** What the engine is sent. Properties that are `undefined` are left out. */
  close(properties: Properties): Struct {
    const closed = mapProperties(properties, (value) => this.#close(value));
    for (const [key, value] of this.#unknownSecrets) if (closed[key] === unknownValue) closed[key] = value;
    return Struct.fromJavaScript(closed as Record<string, JavaScriptValue>);
  }

  #open(value: unknown): unknown {
    if (value === unknownValue) return unknown;
    if (Array.isArray(value)) return value.map((item) => this.#open(item));
    if (!isObject(value)) return value;
    if (!isSecret(value)) return mapProperties(value, (item) => this.#open(item));
    const text = JSON.stringify(value["value"]);
    if (text.includes(unknownValue)) return unknown;
    const sealed = seal(createHash("sha256").update(this.#salt).update(text).digest("hex"));
    this.#secrets.set(sealed, value);
    return sealed;
  }

  #close(value: unknown): unknown {
    if (value === unknown) return unknownValue;
    if (isSealed(value)) return this.#secrets.get(value) ?? { [specialSigKey]: specialSecretSig, value };
    if (Array.isArray(value)) return value.map((item) => this.#close(item));
    return isObject(value) ? mapProperties(value, (item) => this.#close(item)) : value;
  }
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

function isSecret(value: unknown): value is Properties {
  return isObject(value) && value[specialSigKey] === specialSecretSig;
}
