/**
 * A `RUN` that is a here-document and nothing else: BuildKit hands it to the stage's shell as its one argument, or runs it
 * as a file where it begins with `#!` (frontend/dockerfile/dockerfile2llb/convert.go, dispatchRun). The executor gives
 * it to `sh` by way of the shell, which has by then put its own values in place of the script's variables; one whose word is
 * in quotes, or that begins with `#!`, it does not run as one at all (kaniko, pkg/commands/run.go, runCommandInExec). So it
 * is written as the words that BuildKit starts. What other words go with a here-document is the shell's for both.
 */
import { posix } from "node:path";
import { scriptFile, type WrittenFile } from "../../archive";
import { jsonWords } from "../../dockerfile/config";
import { documentsOf, flagsOf, instructionsOf, linesOf, parseDockerfile } from "../../dockerfile/dockerfile";
import type { HereDocument, Instruction, Stage } from "../../dockerfile/dockerfile";
import { after, type LineProblem, type Written } from "./written";

/** Bytes of one line of a Dockerfile (BuildKit, frontend/dockerfile/parser: bufio.MaxScanTokenSize), less what is around it. */
const longestLine = 65_000;

/** BuildKit's folder of such scripts. */
const scripts = "/dev/pipes";

/** @param place - the path of the context in what is packed, from which sources are seen */
export function withHereDocuments(before: Written, place: string): Written {
  const written = [...linesOf(before.text)];
  const stages = parseDockerfile(before.text);
  const copies: WrittenFile[] = [];
  const problems: LineProblem[] = [];
  for (const instruction of instructionsOf(before.text)) {
    const document = alone(instruction, written);
    if (document === undefined) continue;
    const { line: from } = instruction;
    const copy = copyOf(document, copies.length);
    const by = copy === undefined ? byShell(document, stages, from) : byFile(document, copy, place);
    const line = ["RUN", ...(copy === undefined ? [] : [by.flag]), ...flagsOf(instruction), by.words].join(
      " ",
    );
    if (Buffer.byteLength(line) > longestLine) {
      const message = `the builder runs no here-document of more than ${longestLine / 1_000} kB`;
      problems.push({ line: from, message, hint: "COPY it as a file, and run that" });
      continue;
    }
    if (copy !== undefined) copies.push(copy);
    written.splice(from - 1, document.lastLine - from + 1, line, ...empty(document.lastLine - from));
  }
  if (copies.length === 0 && problems.length === 0 && written.join("\n") === linesOf(before.text).join("\n"))
    return before;
  const lines = written.map((_line, index) => index + 1);
  return after(before, { text: written.join("\n"), lines, problems, copies });
}

function empty(count: number): readonly string[] {
  return Array.from({ length: count }, () => "");
}

/** The here-document that is all of a `RUN` but its flags. */
function alone(instruction: Instruction, lines: readonly string[]): HereDocument | undefined {
  if (instruction.keyword !== "RUN") return undefined;
  const rest = instruction.text.slice(["RUN", ...flagsOf(instruction)].join(" ").length).trim();
  const [document] = documentsOf(instruction, lines);
  return document?.word === rest ? document : undefined;
}

/** The script as a file, where it names its own interpreter. */
function copyOf({ name, text }: HereDocument, index: number): WrittenFile | undefined {
  return text.startsWith("#!") ? { place: scriptFile(index, name), text } : undefined;
}

interface Words {
  readonly flag: string;
  /** A JSON list. */
  readonly words: string;
}

function byShell({ text }: HereDocument, stages: readonly Stage[], line: number): Words {
  return { flag: "", words: JSON.stringify([...shellAt(stages, line), text]) };
}

/** As the kernel starts a script: the interpreter, all else of its first line as one argument, and the file (execve(2)). */
function byFile({ name, text }: HereDocument, { place: file }: WrittenFile, place: string): Words {
  const [, interpreter = "", argument = ""] = /^#![ \t]*(\S*)[ \t]*(.*?)[ \t]*\n/.exec(text) ?? [];
  const target = `${scripts}/${name}`;
  return {
    flag: `--mount=type=bind,source=${posix.relative(place, file)},target=${target}`,
    words: JSON.stringify([interpreter, ...(argument === "" ? [] : [argument]), target]),
  };
}

/** The shell of a line: the last `SHELL` before it in its stage, or in one that the stage begins with. */
function shellAt(stages: readonly Stage[], line: number): readonly string[] {
  let at = stages.findLastIndex(({ from }) => from < line);
  for (let stage = stages[at]; stage !== undefined; stage = stages[at]) {
    const found = stage.instructions.findLast(({ keyword, line: own }) => keyword === "SHELL" && own < line);
    const words = found === undefined ? undefined : jsonWords(found.text.slice("SHELL ".length).trim());
    if (words !== undefined) return words;
    if (stage.parent === undefined) break;
    at = stage.parent;
  }
  return ["/bin/sh", "-c"];
}
