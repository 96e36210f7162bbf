/** What the emulator refuses, or answers otherwise than AWS. Each is to go: `moto/` teaches the emulator what it lacks. */
import type { Stage } from "./stages";

export interface Difference {
  /** Terraform's type, or `*`. */
  readonly type: string;
  /** `*` for every one. */
  readonly stage: Stage | "*";
  /** Of the provider's words. */
  readonly words: RegExp;
  /** What the emulator does. */
  readonly why: string;
}

export const differences: readonly Difference[] = [];

export function differenceOf(type: string, stage: Stage, words: string): Difference | undefined {
  return differences.find(
    (known) =>
      (known.type === "*" || known.type === type) &&
      (known.stage === "*" || known.stage === stage) &&
      known.words.test(words),
  );
}
