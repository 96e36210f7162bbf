/** The base images of a Dockerfile. */
import { familiarName, isImageName } from "../model/image-name";
import { fromOf, instructionsOf, neededStages, parseDockerfile } from "./dockerfile";
import { Variables } from "./variables";

/** A `FROM` that names an image. */
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
  /** Names that `additional_contexts` take. */
  readonly contexts: readonly string[];
}

/**
 * The images by their tags that the needed stages of a Dockerfile begin with, in its order. What a variable without a value
 * names is left out, and so is a name that a context of the build has.
 */
export function basesIn(text: string, build: BuildNames): readonly Base[] {
  const stages = parseDockerfile(text);
  const targets = build.test === undefined ? [build.target] : [build.target, build.test];
  const needed = new Set(
    targets.flatMap((target) => [...neededStages(stages, target)].map((number) => stages[number]?.from)),
  );
  const contexts = new Set(build.contexts.map(familiarName));
  const variables = new Variables(build.args);
  const names = new Set<string>();
  const found: Base[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === "FROM") {
      const { base: written = "", name } = fromOf(instruction);
      const reference = variables.expandBase(written) ?? "";
      const isOther =
        !isImageName(reference) ||
        reference === "scratch" ||
        reference.includes("@") ||
        names.has(reference.toLowerCase());
      if (!isOther && needed.has(instruction.line) && !contexts.has(familiarName(reference)))
        found.push({ reference, written, line: instruction.line });
      if (name !== undefined) names.add(name.toLowerCase());
    }
    variables.read(instruction);
  }
  return found;
}
