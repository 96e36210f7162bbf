/** Times and names as people read them. */

/** Seconds of a unit, from the longest; what is shorter than two of a unit is reported in the next shorter one. */
const units: readonly (readonly [string, number])[] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** `3 minutes`, as Docker writes it. @param milliseconds - a negative span is none */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  for (const [unit, length] of units) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}s`;
  }
  return seconds === 1 ? "1 second" : "less than a second";
}

/** `3 minutes ago`. @param time - ISO 8601 @param now - milliseconds since the epoch */
export function ago(time: string, now: number): string {
  const then = Date.parse(time);
  return Number.isNaN(then) ? "" : `${span(now - then)} ago`;
}

/** `3m ago` in as few characters as it goes; errors as {@link ago}. */
export function age(time: string, now: number): string {
  const [count, unit = ""] = ago(time, now).split(" ");
  if (count === "") return "";
  return count === "less" ? "0s" : `${count ?? ""}${unit.slice(0, 1)}`;
}

/** At most so many characters; what is cut off at the end shows as `…`. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/** Lines of at most so many characters, broken between words; a word that is longer stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
