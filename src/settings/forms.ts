/**
 * What reads the text of a variable. Every command reads some, so this is less than a library: zod takes a tenth of the
 * time that `version` has.
 */

/** What is wrong with a text, each as the end of a sentence that begins with it. */
export class Wrong {
  constructor(readonly messages: readonly string[]) {}
}

/** Gives what a text means. */
export type Form<T> = (text: string) => T | Wrong;

export function wrong(message: string): Wrong {
  return new Wrong([message]);
}

/** A text that fits a pattern. */
export function matching(pattern: RegExp, message: string): Form<string> {
  return (text) => (pattern.test(text) ? text : wrong(message));
}

export function oneOf<const T extends string>(...words: readonly T[]): Form<T> {
  return (text) => words.find((word) => word === text) ?? wrong(`must be one of ${words.join(", ")}`);
}

/** A number within these bounds. */
export function between(least: number, most: number): Form<number> {
  return (text) => {
    const number = Number(text);
    return number >= least && number <= most ? number : wrong(`must be a number from ${least} to ${most}`);
  };
}

/** `a, b` as a list. */
export function commaSeparated(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

/** A list with commas between, each part of that form. */
export function listOf<T>(form: Form<T>): Form<readonly T[]> {
  return (text) => {
    const parts = commaSeparated(text).map(form);
    const problems = parts.flatMap((part) => (part instanceof Wrong ? part.messages : []));
    return problems.length > 0
      ? new Wrong(problems)
      : parts.flatMap((part): readonly T[] => (part instanceof Wrong ? [] : [part]));
  };
}
