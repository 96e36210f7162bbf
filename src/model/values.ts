/** Values of a project, as the compose file gives them. */
import type { WrittenPart } from "../compose/secret-marker";

export type { WrittenPart } from "../compose/secret-marker";

/**
 * What the file says, or the name of a managed store: `store` for the `:<token>@<endpoint>` of its URL, `address` for
 * its endpoint's host name alone.
 */
export type TemplatePart = WrittenPart | { readonly store: string } | { readonly address: string };

/**
 * The value of an environment variable:
 * plain text; one secret of Parameter Store, injected by ECS; or a text composed with secrets,
 * which becomes a secret of its own (docs/design.md, Compose).
 */
export type EnvironmentValue =
  | { readonly kind: "plain"; readonly value: string }
  | { readonly kind: "secret"; readonly name: string }
  | { readonly kind: "template"; readonly parts: readonly TemplatePart[] };

/** A CPU architecture under its AWS name. */
export type Architecture = "X86_64" | "ARM64";

/** The names of the secrets that a value needs. */
export function secretsOf(value: EnvironmentValue): readonly string[] {
  if (value.kind === "plain") return [];
  if (value.kind === "secret") return [value.name];
  return value.parts.flatMap((part) => (typeof part === "object" && "secret" in part ? [part.secret] : []));
}
