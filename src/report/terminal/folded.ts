/** Messages in a terminal: long ones are broken between words; a terminal breaks within them. */

/** What a line of prose begins with; tables, excerpts of files and lines of logs stay as they are. */
const prose = /^(?:error|warning|note|kept): | {2}(?:fix|ECS says|stopped reason|health check): |about \$\d/;

/** Narrower than this, words are broken all the same. */
const least = 40;

/**
 * The text with its messages folded.
 *
 * @param columns - cells of a line of the terminal
 */
export function folded(text: string, columns: number): string {
  if (columns < least) return text;
  return text
    .split("\n")
    .map((line) => (line.length > columns && prose.test(line) ? fold(line, columns) : line))
    .join("\n");
}

/** Further lines begin below the first one's words. */
function fold(line: string, columns: number): string {
  const indent = line.startsWith("  ") ? "       " : "  ";
  const lines: string[] = [];
  let last = "";
  for (const word of line.split(/(?<=\S) /)) {
    if (last !== "" && last.length + 1 + word.length > columns) {
      lines.push(last);
      last = indent + word;
    } else last = last === "" ? word : `${last} ${word}`;
  }
  return [...lines, last].join("\n");
}
