/** The base images of a Dockerfile. */
import { familiarName, isImageName } from "../model/image-name";
import {
  flagsOf,
  fromOf,
  instructionsOf,
  neededStages,
  parseDockerfile,
  stepsOf,
  type Instruction,
} from "./dockerfile";
import { Variables } from "./variables";

/** A `FROM` or a `COPY --from` that names an image. */
export interface Base {
  /** As it is pulled: variables have their values. */
  readonly reference: string;
  /** As it is written. */
  readonly written: string;
  readonly line: number;
}

/** What of a build decides which images it begins with. */
export interface BuildNames {
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  /** A further stage that is carried out. */
  readonly test?: string;
  /** Whether images are found that are named by their digests, too. @default only those whose tags may move */
  readonly digests?: true;
  /** Names that `additional_contexts` take. */
  readonly contexts: readonly string[];
}

/**
 * The images that the needed stages of a Dockerfile begin with or copy from, in its order. What a variable
 * without a value names is left out, and so is a name that a context of the build has.
 */
export function basesIn(text: string, build: BuildNames): readonly Base[] {
  const stages = parseDockerfile(text);
  const targets = build.test === undefined ? [build.target] : [build.target, build.test];
  const needed = new Set(
    targets.flatMap((target) => [
      ...[...neededStages(stages, target)].map((number) => stages[number]?.from),
      ...stepsOf(stages, target).map(({ line }) => line),
    ]),
  );
  const contexts = new Set(build.contexts.map(familiarName));
  const variables = new Variables(build.args);
  const names = new Set<string>();
  const found: Base[] = [];
  for (const instruction of instructionsOf(text)) {
    const isFrom = instruction.keyword === "FROM";
    const { base: named, name } = isFrom ? fromOf(instruction) : { base: copiedFrom(instruction) };
    if (named !== undefined && needed.has(instruction.line)) {
      // What a COPY names has no variables (Dockerfile reference, "Environment replacement").
      const reference = (isFrom ? variables.expandBase(named) : named) ?? "";
      const isOther =
        !isImageName(reference) ||
        /^(scratch|\d+)$/.test(reference) ||
        (build.digests !== true && reference.includes("@")) ||
        names.has(reference.toLowerCase());
      if (!isOther && !contexts.has(familiarName(reference)))
        found.push({ reference, written: named, line: instruction.line });
    }
    if (isFrom && name !== undefined) names.add(name.toLowerCase());
    variables.read(instruction);
  }
  return found;
}

/** What the `--from` of a `COPY` names: a stage, an image or a context. */
function copiedFrom(instruction: Instruction): string | undefined {
  if (instruction.keyword !== "COPY") return undefined;
  const flag = flagsOf(instruction).find((each) => each.startsWith("--from="));
  return flag?.slice("--from=".length);
}
