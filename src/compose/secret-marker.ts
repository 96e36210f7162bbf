/**
 * How an unset variable travels from interpolation to the model: as a mark inside the text, which becomes a
 * secret of Parameter Store (`postgres://u:${PASSWORD}@db/x`, docs/design.md, Compose). U+E000 is a private-use character
 * that no compose file carries.
 */

/** A literal piece of text, or the name of a secret whose value belongs there. */
export type WrittenPart = string | { readonly secret: string };

const mark = "\uE000";
const marked = /\uE000([A-Za-z_][A-Za-z0-9_]*)\uE000/;

/** The mark in place of the value of a secret. */
export function secretMarker(name: string): string {
  return `${mark}${name}${mark}`;
}

/** Splits a text at its marks: literal pieces and secrets, in order, no empty pieces. */
export function templateParts(text: string): readonly WrittenPart[] {
  return text
    .split(new RegExp(marked, "g"))
    .map((piece, index) => (index % 2 === 1 ? { secret: piece } : piece))
    .filter((part) => part !== "");
}

/** A text with its secrets as a file writes them: `${NAME}`. What a person reads goes through here. */
export function readable(text: string): string {
  return templateParts(text)
    .map((part) => (typeof part === "string" ? part : `\${${part.secret}}`))
    .join("");
}

/** Whether a text carries a secret. */
export function hasSecret(text: string): boolean {
  return marked.test(text);
}
