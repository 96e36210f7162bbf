/** What a managed store does otherwise than its image: a row for each difference, with how it is handled here. */

/** AWS's names of the engines that the images have. */
export const engineNames = ["postgres", "mysql", "mariadb", "redis", "valkey"] as const;
export type EngineName = (typeof engineNames)[number];

/** Keys of a service, in the canonical form. */
export type Keys = Readonly<Record<string, unknown>>;

/** How a difference is handled. */
export type Answer =
  /** The store's parameter group keeps it as the image has it. */
  | { readonly kind: "kept"; readonly parameters: Readonly<Record<string, string>> }
  /** AWS's own value is kept, and these keys decide otherwise. */
  | { readonly kind: "setting"; readonly write: Keys }
  /** A service with these keys is warned of. */
  | { readonly kind: "warning"; readonly given: Keys; readonly says: string }
  /** A service with these keys is refused, with a way out. */
  | { readonly kind: "error"; readonly given: Keys; readonly says: string; readonly instead: string };

/** One difference. */
export interface Difference {
  /** At least one. */
  readonly engines: readonly EngineName[];
  /** In a few words of Markdown. */
  readonly what: string;
  readonly image: string;
  readonly aws: string;
  readonly answer: Answer;
  /** The page or the listing that says so, as it was on {@link asOf}. */
  readonly source: string;
  /** Parameters of the engine's family that the row answers for. @default none */
  readonly parameters?: readonly string[];
}

/** Year and month in which the rows were looked up. */
export const asOf = "2026-11";

/** The listing of a family's default parameter group. */
export const familyDefaults = "RDS API: DescribeEngineDefaultParameters";

/** Words of a text, as a list. */
export function wordsIn(text: string): readonly string[] {
  return text.split(" ");
}
