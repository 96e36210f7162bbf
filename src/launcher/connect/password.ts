/** The password of a store, for whoever may read the stack's secrets: of the compose file, or of Parameter Store. */
import { BerthError } from "../../errors";
import type { EnvironmentValue } from "../../model/project";
import type { SecretKeeper, StackIdentity } from "../../ports";

/**
 * The value behind what the file says.
 *
 * @throws BerthError (usage) where a secret of it is not set; (deployment) where AWS refuses
 */
export async function passwordOf(
  value: EnvironmentValue,
  stack: StackIdentity,
  secrets: Pick<SecretKeeper, "get">,
): Promise<string> {
  const parts = value.kind === "template" ? value.parts : [];
  const names = [
    ...(value.kind === "secret" ? [value.name] : []),
    ...parts.flatMap((part) => (typeof part === "object" && "secret" in part ? [part.secret] : [])),
  ];
  const found = names.length === 0 ? new Map<string, string>() : await secrets.get(stack, names);
  const read = (name: string): string => {
    const text = found.get(name);
    if (text !== undefined) return text;
    throw new BerthError("usage", {
      path: name,
      message: "the secret is not set",
      hint: `berth secret set ${name}`,
    });
  };
  switch (value.kind) {
    case "plain":
      return value.value;
    case "secret":
      return read(value.name);
    case "template":
      return parts
        .map((part) => (typeof part === "string" ? part : "secret" in part ? read(part.secret) : ""))
        .join("");
  }
}

/** The name of a cache's token among the stack's parameters (`src/components/stack/secrets.ts`). */
export function tokenName(service: string): string {
  return `${service}/auth-token`;
}
