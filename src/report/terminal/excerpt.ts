/** A line of a file as a terminal shows it, with a mark under one of its columns. */

/** Graphemes of a line that are shown, so that it fits a terminal of 80 columns; of a longer one those around the column. */
const shown = 76;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters that take two cells (Unicode Standard Annex 11: wide and fullwidth, and emoji shown as such). */
const wide =
  /^(?![\uff61-\uffdc])(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])|\ufe0f/u;

/**
 * The line, and a line with a caret below the column.
 *
 * @param text - the line without its end
 * @param column - from 1, in UTF-16 code units
 */
export function excerpt(text: string, column: number): readonly [line: string, mark: string] {
  const before = split(text.slice(0, column - 1));
  const after = split(text.slice(column - 1));
  const room = before.length + after.length <= shown ? shown : shown / 2 - 1;
  const [more, rest] = [Math.max(0, room - after.length), Math.max(0, room - before.length)];
  const shownBefore = before.length > room + more ? ["…", ...before.slice(-room - more)] : before;
  const shownAfter = after.length > room + rest ? [...after.slice(0, room + rest), "…"] : after;
  return [[...shownBefore, ...shownAfter].join(""), `${shownBefore.map(blank).join("")}^`];
}

/** What a terminal would take for a command is shown as a replacement character. */
function split(text: string): readonly string[] {
  return [...graphemes.segment(text)].map(({ segment }) =>
    segment === "\t" ? segment : segment.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/gu, "\ufffd"),
  );
}

/** As wide as the grapheme; a tab ends where the tab above it does. */
function blank(grapheme: string): string {
  if (grapheme === "\t") return grapheme;
  if (/^[\p{M}\p{Cf}]/u.test(grapheme)) return "";
  return wide.test(grapheme) ? "  " : " ";
}
