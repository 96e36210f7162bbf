/** Properties as Pulumi writes them in events, plans and checkpoints, made plain for a person or a plan file. */
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** `"[secret]"` for secrets, `"[unknown]"` for what isn't known yet, nothing of the bridge's bookkeeping (`__defaults`). */
export function plainProperties(
  properties: Readonly<Record<string, unknown>> | null | undefined,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties ?? {})
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, value]) => [key, plainValue(value)]),
  );
}

function plainValue(value: unknown): unknown {
  if (value === unknownValue) return "[unknown]";
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const properties = value as Readonly<Record<string, unknown>>;
  return properties[specialSigKey] === specialSecretSig ? "[secret]" : plainProperties(properties);
}
