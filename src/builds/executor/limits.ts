/**
 * What BuildKit's Dockerfiles may say and the executor ignores without an error, so that another image would result from
 * it: flags that it parses and never looks at (kaniko 1.28, pkg/commands: copy.go, add.go, run.go; base images all come
 * for `--custom-platform`, pkg/image/image_util.go). Each is reported before anything is built, with the line.
 */
import { flagsOf, parseDockerfile, stepsOf, type Instruction, type Stage } from "../../dockerfile/dockerfile";
import { copyWords } from "../../dockerfile/edit";
import type { Build } from "../../model/project";
import { architectureOf, platformOf, type Platform } from "../../model/platforms";
import type { LineProblem } from "../rewrite/written";

type Refusal = Omit<LineProblem, "line">;

/**
 * @param text - of the Dockerfile, as the executor reads it
 * @param platforms - that it is built for
 */
export function unsupportedInstructions(
  text: string,
  { target, test }: Pick<Build, "target" | "test">,
  platforms: readonly Platform[],
): readonly LineProblem[] {
  const stages = parseDockerfile(text);
  const carriedOut = new Set([
    ...stepsOf(stages, target),
    ...(test === undefined ? [] : stepsOf(stages, test)),
  ]);
  return [
    ...stages.flatMap((stage) => wrongPlatform(stage, platforms)),
    ...[...carriedOut].flatMap((instruction) => {
      const refused = refusalOf(instruction);
      return refused === undefined ? [] : [{ line: instruction.line, ...refused }];
    }),
  ].sort((a, b) => a.line - b.line);
}

function refusalOf(instruction: Instruction): Refusal | undefined {
  const flags = flagsOf(instruction);
  switch (instruction.keyword) {
    case "RUN":
      return first(flags, runFlag);
    case "COPY":
      return first(flags, (flag) => fileFlag("COPY", flag));
    case "ADD":
      return first(flags, (flag) => fileFlag("ADD", flag)) ?? gitSource(instruction);
    default:
      return undefined;
  }
}

function first(flags: readonly string[], of: (flag: string) => Refusal | undefined): Refusal | undefined {
  for (const flag of flags) {
    const refused = of(flag);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function runFlag(flag: string): Refusal | undefined {
  const [name = "", ...rest] = flag.slice(2).split("=");
  const value = rest.join("=");
  if (name === "mount") return mount(value);
  if (name === "network" && value === "none")
    return { message: `the builder gives every step the network: ${flag}`, hint: "remove the flag" };
  if (name === "device" || (name === "security" && value !== "sandbox"))
    return { message: `a build task has no further rights on its host: ${flag}`, hint: "remove the flag" };
  return undefined;
}

function mount(value: string): Refusal | undefined {
  const fields = new Map(
    value.split(",").map((field) => [field.split("=")[0] ?? "", field.replace(/^[^=]*=?/, "")]),
  );
  const type = fields.get("type") ?? "bind";
  const from = fields.get("from");
  if (type === "bind" || type === "cache") {
    if (from === undefined || (type === "bind" && from === "context")) return undefined;
    return {
      message: `the builder mounts nothing from another stage or image: --mount=${value}`,
      hint: `COPY --from=${from} what the step needs, and remove it in the step`,
    };
  }
  if (type === "tmpfs")
    return {
      message: `the builder mounts no tmpfs: --mount=${value}`,
      hint: "type=cache, which stays out of the image too",
    };
  if (type === "ssh")
    return {
      message: `a build task has no SSH agent to reach: --mount=${value}`,
      hint: "give it a key or a token under build.secrets, and mount that: RUN --mount=type=secret,id=…",
    };
  return undefined;
}

function fileFlag(keyword: "COPY" | "ADD", flag: string): Refusal | undefined {
  const name = flag.slice(2).split("=")[0] ?? "";
  const instead: Readonly<Record<string, string>> = {
    parents: "one COPY for each folder",
    exclude: "name what stays out in .dockerignore",
    checksum: "RUN a download, and sha256sum -c",
    "keep-git-dir": "RUN git clone",
    unpack: "RUN tar",
  };
  const hint = Object.hasOwn(instead, name) ? instead[name] : undefined;
  return hint === undefined ? undefined : { message: `the builder has no ${keyword} --${name}`, hint };
}

const repository = /^(?:git@\S+|(?:git|ssh):\/\/\S+|https?:\/\/\S+\.git(?:[#?]\S*)?)$/;

function gitSource(instruction: Instruction): Refusal | undefined {
  const source = copyWords(instruction)
    .slice(0, -1)
    .find((word) => repository.test(word));
  if (source === undefined) return undefined;
  return { message: `the builder adds no repository: ${source}`, hint: "RUN git clone" };
}

/** A stage for another platform than the one that is built for: all of them run on the task's own. */
function wrongPlatform({ from, platform }: Stage, platforms: readonly Platform[]): readonly LineProblem[] {
  if (platform === undefined || platform.includes("$")) return [];
  const known = architectureOf(platform);
  if (known !== undefined && platforms.every((each) => each === platformOf(known))) return [];
  return [
    {
      line: from,
      message: `every stage is built on the platform of the image, ${platforms.join(" and ")}: --platform=${platform}`,
      hint: "remove the flag, or write --platform=$BUILDPLATFORM",
    },
  ];
}
