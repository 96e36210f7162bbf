/** Instructions of a Dockerfile rewritten, with the line numbers of the original. */
import { jsonWords } from "./config";
import { flagsOf, type Instruction } from "./dockerfile";

/** What replaces an instruction: other lines, or other words in its own. */
export type Replacement =
  { readonly lines: readonly string[] } | { readonly words: ReadonlyMap<string, string> };

/** A line of a Dockerfile, and the line of the original that it replaces. */
export type NumberedLine = [text: string, number: number];

/** Puts a replacement into the lines; it takes no less room than the instruction had. */
export function replaceInstruction(
  lines: NumberedLine[],
  { line, lastLine }: Instruction,
  by: Replacement,
): void {
  const own = lines.slice(line - 1, lastLine);
  if ("words" in by) {
    for (const [from, to] of by.words) {
      const word = new RegExp(`(?<=^|\\s)${from.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")}(?=\\s|$)`);
      const found = own.find(([text]) => word.test(text));
      if (found !== undefined) found[0] = found[0].replace(word, () => to);
    }
    return;
  }
  const padding = own.slice(by.lines.length).map(() => "");
  const all = [...by.lines, ...padding].map((text, index): NumberedLine => [
    text,
    Math.min(line + index, lastLine),
  ]);
  lines.splice(line - 1, own.length, ...all);
}

/** The arguments of a `COPY` or an `ADD`, without its flags: a JSON list, or words. */
export function copyWords(instruction: Instruction): readonly string[] {
  const { keyword } = instruction;
  const text = instruction.text.slice([keyword, ...flagsOf(instruction)].join(" ").length).trim();
  // What begins with a bracket and is no list is words, as the builder reads it too.
  return jsonWords(text) ?? text.split(" ");
}
