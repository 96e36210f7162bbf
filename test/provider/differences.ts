/**
 * What the emulator refuses, or answers otherwise than AWS, which is to go: `moto/` teaches the emulator what it lacks. And
 * warnings of the provider that are meant for others.
 */
import type { Stage } from "./stages";

export interface Difference {
  /** Terraform's type, or `*`. */
  readonly type: string;
  /** `*` for every one. */
  readonly stage: Stage | "*";
  /** Of the provider's words. */
  readonly words: RegExp;
  /** What the emulator does, or why nobody is warned. */
  readonly why: string;
}

export const differences: readonly Difference[] = [
  {
    ...{ type: "aws_db_instance", stage: "apply", words: /"allocated_storage" was ignored/ },
    why: "a replica is made with its source's storage, as declared; the argument counts when both grow",
  },
];

export function differenceOf(type: string, stage: Stage, words: string): Difference | undefined {
  return differences.find(
    (known) =>
      (known.type === "*" || known.type === type) &&
      (known.stage === "*" || known.stage === stage) &&
      known.words.test(words),
  );
}
