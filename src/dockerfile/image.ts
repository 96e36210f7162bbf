/** What a Dockerfile makes of the image that it begins with (Docker documentation, "Dockerfile reference"). */
import { instructionsOf, parseDockerfile, stageNumber, type Instruction, type Stage } from "./dockerfile";

export interface DockerfileImage {
  /** The image that it begins with; absent for `scratch`, and where a variable in its name is set nowhere. */
  readonly base?: string;
  /** Whether it begins with nothing at all. */
  readonly scratch: boolean;
  /** The instructions whose outcome the image has, in order: those of its stage, after those of the stages below it. */
  readonly instructions: readonly Instruction[];
}

export interface DockerfileBuild {
  readonly target?: string;
  /** Build arguments. */
  readonly args: Readonly<Record<string, string>>;
}

/** @returns `undefined` where the text has no such stage */
export function dockerfileImage(
  text: string,
  { target, args }: DockerfileBuild,
): DockerfileImage | undefined {
  const stages = parseDockerfile(text);
  const last = stageNumber(stages, target);
  const chain = last === undefined ? [] : chainTo(stages, last);
  const [first] = chain;
  if (first === undefined) return undefined;
  const base = expanded(first.base, { ...argumentsBeforeStages(text), ...args });
  return {
    scratch: base === "scratch",
    ...(base === undefined || base === "scratch" ? {} : { base }),
    instructions: chain.flatMap(({ instructions }) => instructions),
  };
}

/** The stage and those that it is based on, the lowest first; a stage is based on earlier ones alone. */
function chainTo(stages: readonly Stage[], last: number): readonly Stage[] {
  const stage = stages[last];
  if (stage === undefined) return [];
  const below = stages.findLastIndex(({ name }, index) => index < last && name === stage.base.toLowerCase());
  return below < 0 ? [stage] : [...chainTo(stages, below), stage];
}

/** `ARG`s before the first `FROM` are those that a `FROM` may use, with their defaults. */
function argumentsBeforeStages(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { keyword, text: line } of instructionsOf(text)) {
    if (keyword === "FROM") break;
    if (keyword !== "ARG") continue;
    for (const [, name = "", quoted, plain] of line
      .slice(4)
      .matchAll(/([A-Za-z_]\w*)=(?:["']([^"']*)["']|(\S*))/g))
      found[name] = expanded(quoted ?? plain ?? "", found) ?? "";
  }
  return found;
}

/** `undefined` where a variable has neither a value nor a default. */
function expanded(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const missing = new Set<string>();
  const result = text.replace(variable, (_, ...groups: (string | undefined)[]) => {
    const [braced, sign, word = "", bare] = groups;
    const name = braced ?? bare ?? "";
    const value = values[name] ?? "";
    if (sign === "+") return value === "" ? "" : word;
    if (value === "" && sign !== "-") missing.add(name);
    return value === "" ? word : value;
  });
  return missing.size > 0 ? undefined : result;
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:+other}` or `$NAME`. */
const variable = /\$(?:\{([A-Za-z_]\w*)(?::?([-+])([^}]*))?\}|([A-Za-z_]\w*))/g;
