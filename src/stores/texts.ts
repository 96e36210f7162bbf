/** Values of the environment as one text, to look for what names a store in it and to write that again. */
import type { EnvironmentValue, TemplatePart } from "../model/project";

// Inside a text, each secret is one character of Unicode's private use, and so is the store's placeholder.
const firstMark = 0xe000;
/** Stands for `:<token>@<endpoint>` of the store. */
export const storeMark = "\uf8ff";
/** Stands for the host name of the store's endpoint. */
export const addressMark = "\uf8fe";
const marks = /([\ue000-\uf8ff])/;

/** The whole of a value; each part that is no text is one mark, and a secret as a whole is nothing that can be read. */
export function textOf(value: EnvironmentValue): string {
  if (value.kind === "secret") return "";
  if (value.kind === "plain") return value.value;
  return value.parts
    .map((part, index) => (typeof part === "string" ? part : String.fromCharCode(firstMark + index)))
    .join("");
}

/** A text of {@link textOf} with each of its marks replaced. */
export function withoutMarks(text: string, words: string): string {
  return text.replaceAll(new RegExp(marks, "g"), words);
}

/**
 * A value with another text.
 *
 * @param text - of {@link textOf}, rewritten, perhaps with marks of a store
 * @param before - the value that it was made of
 * @param store - what the store's marks mean
 */
export function rewritten(text: string, before: EnvironmentValue, store: string): EnvironmentValue {
  if (text === textOf(before)) return before;
  const known = before.kind === "template" ? before.parts : [];
  const parts = text
    .split(marks)
    .filter((piece) => piece !== "")
    .map((piece): TemplatePart => {
      if (piece === storeMark) return { store };
      if (piece === addressMark) return { address: store };
      const part = known[piece.charCodeAt(0) - firstMark];
      return part === undefined || typeof part === "string" ? piece : part;
    });
  return parts.every((part) => typeof part === "string")
    ? { kind: "plain", value: parts.join("") }
    : { kind: "template", parts };
}

/** The names as alternatives of a regular expression. */
export function oneOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(".", "\\.")).join("|");
}
