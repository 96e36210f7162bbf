/** `pull_policy`: when the registry is asked what an image's tag means now (Compose Specification, services, pull_policy). */

/** `last`: the digest of the last success; `asked`: the registry, at each run, or when so many seconds are over. */
export type PullPolicy =
  | { readonly kind: "last" }
  | { readonly kind: "never" }
  | { readonly kind: "asked"; readonly everySeconds: number };

const secondsOf: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };

/**
 * The policy that a text names; without one it is `missing`.
 *
 * @param text - as the schema lets it pass: `always`, `daily`, `every_1d12h` …
 */
export function pullPolicyOf(text: string | undefined): PullPolicy {
  if (text === "never") return { kind: "never" };
  if (text === "always" || text === "refresh") return { kind: "asked", everySeconds: 0 };
  if (text === "daily") return { kind: "asked", everySeconds: secondsOf["d"] ?? 0 };
  if (text === "weekly") return { kind: "asked", everySeconds: secondsOf["w"] ?? 0 };
  if (text?.startsWith("every_") !== true) return { kind: "last" };
  const parts = [...text.matchAll(/(\d+)([wdhms])/g)];
  const everySeconds = parts.reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (secondsOf[unit] ?? 0),
    0,
  );
  return { kind: "asked", everySeconds };
}
