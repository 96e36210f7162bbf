/**
 * `VOLUME` before the end of a stage: what a later `RUN` writes below it stays in the image as BuildKit builds it
 * (Dockerfile reference, "VOLUME"), and is left out by the executor (kaniko, pkg/commands/volume.go: the path goes to the
 * ignore list). In the image's configuration alone it means the same wherever it is, so it is written last.
 */
import {
  instructionsOf,
  linesOf,
  parseDockerfile,
  stageNumber,
  type Instruction,
} from "../../dockerfile/dockerfile";
import { copyWords, replaceInstruction, type NumberedLine } from "../../dockerfile/edit";
import { Variables } from "../../dockerfile/variables";
import { after, type Written } from "./written";

/** @param target - the stage that is built. @default the last one */
export function withVolumesLast(
  before: Written,
  { target, args }: { readonly target?: string | undefined; readonly args: Readonly<Record<string, string>> },
): Written {
  const stages = parseDockerfile(before.text);
  const last = stageNumber(stages, target);
  if (last === undefined) return before;
  const chain: number[] = [];
  for (let at: number | undefined = last; at !== undefined; at = stages[at]?.parent) chain.unshift(at);
  const steps = chain.flatMap((stage) => stages[stage]?.instructions ?? []);
  const lastRun = steps.findLastIndex(({ keyword }) => keyword === "RUN");
  const early = new Set(
    steps.filter(({ keyword }, index) => keyword === "VOLUME" && index < lastRun).map(({ line }) => line),
  );
  if (early.size === 0) return before;
  const variables = new Variables(args);
  const moved: { readonly instruction: Instruction; readonly text: string }[] = [];
  let end = 0;
  for (const instruction of instructionsOf(before.text)) {
    variables.read(instruction);
    if (early.has(instruction.line)) {
      const paths = copyWords(instruction).map((word) => variables.expand(word));
      // One whose path only the base image knows stays where it is.
      if (paths.every((path) => path !== undefined))
        moved.push({ instruction, text: `VOLUME ${JSON.stringify(paths)}` });
    }
  }
  const next = stages[last + 1]?.from;
  const lines = linesOf(before.text).map((line, index): NumberedLine => [line, index + 1]);
  end = next === undefined ? lines.length : next - 1;
  lines.splice(end, 0, ...moved.map(({ instruction, text }): NumberedLine => [text, instruction.line]));
  for (const { instruction } of [...moved].reverse()) replaceInstruction(lines, instruction, { lines: [""] });
  return after(before, {
    text: lines.map(([line]) => line).join("\n"),
    lines: lines.map(([, number]) => number),
    problems: [],
  });
}
