/**
 * Build arguments and labels that are too long for a task's overrides: all of RunTask's `overrides` together have 8,192
 * characters (ECS API reference, RunTask). The executor takes neither from a file, so they are written into the Dockerfile:
 * an argument as the value of its `ARG`, which `--build-arg` would take the place of anyway, a label as a `LABEL` at the end
 * of the stage that is built.
 */
import { escapeOf, instructionsOf, linesOf, parseDockerfile, stageNumber } from "../../dockerfile/dockerfile";
import { replaceInstruction, type NumberedLine } from "../../dockerfile/edit";
import { assignmentsOf } from "../../dockerfile/variables";
import type { Build } from "../../model/project";
import { after, type Written } from "./written";

/** Characters of arguments and labels that go on the command line; the rest of it has the other half. */
const onCommandLine = 4_000;

/** Bytes of one line of a Dockerfile (BuildKit, frontend/dockerfile/parser: bufio.MaxScanTokenSize), less the rest of it. */
const longestValue = 65_000;

type Given = Pick<Build, "args" | "labels" | "target">;

/** Whether the arguments and labels of a build go into its Dockerfile. */
export function hasLongArguments({ args, labels = {} }: Given): boolean {
  return JSON.stringify([args, labels]).length > onCommandLine;
}

/** What of a long build stays on the command line: what no line of a Dockerfile can hold. */
export function argumentsLeft(build: Given): Required<Pick<Build, "args" | "labels">> {
  const { args, labels = {} } = build;
  if (!hasLongArguments(build)) return { args, labels };
  const left = (entries: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(entries).filter(([name, value]) => !writable(name, value)));
  return {
    args: {
      ...left(args),
      ...Object.fromEntries(Object.entries(args).filter(([name]) => predefined.test(name))),
    },
    labels: left(labels),
  };
}

/** Arguments without an `ARG` (Dockerfile reference, "Predefined ARGs"). */
const predefined = /^(HTTP|HTTPS|FTP|NO|ALL)_PROXY$/i;

export function withLongArguments(before: Written, build: Given): Written {
  if (!hasLongArguments(build)) return before;
  const { args, labels = {}, target } = build;
  const lines = linesOf(before.text).map((line, index): NumberedLine => [line, index + 1]);
  const escape = escapeOf(linesOf(before.text)) === "`" ? "`" : "\\";
  const quote = (text: string): string => quoted(text, escape);
  const stages = parseDockerfile(before.text);
  const last = stageNumber(stages, target);
  const next = last === undefined ? undefined : stages[last + 1]?.from;
  const end = next === undefined ? lines.length : next - 1;
  const added = Object.entries(labels)
    .filter(([name, value]) => writable(name, value))
    .map(([name, value]): NumberedLine => [`LABEL ${quote(name)}=${quote(value)}`, end]);
  lines.splice(end, 0, ...added);
  for (const instruction of [...instructionsOf(before.text)].reverse()) {
    if (instruction.keyword !== "ARG") continue;
    const words = assignmentsOf(instruction).map(([name, written]) => {
      const value = args[name];
      if (value !== undefined && writable(name, value)) return `${name}=${quote(value)}`;
      return written === undefined ? name : `${name}=${written}`;
    });
    const line = `ARG ${words.join(" ")}`;
    if (line !== instruction.text) replaceInstruction(lines, instruction, { lines: [line] });
  }
  return after(before, {
    text: lines.map(([line]) => line).join("\n"),
    lines: lines.map(([, number]) => number),
    problems: [],
  });
}

function writable(name: string, value: string): boolean {
  return !/[\r\n]/.test(name + value) && Buffer.byteLength(name + value) < longestValue;
}

function quoted(text: string, escape: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replace(/["$\\`]/g, (sign) => (sign === '"' || sign === "$" || sign === escape ? escape + sign : sign))}"`;
}
