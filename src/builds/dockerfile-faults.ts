/**
 * What BuildKit would refuse of a Dockerfile, reported before anything is started: its syntax
 * (frontend/dockerfile/instructions/parse.go), its base images' names, and sources of COPY and ADD that are not in the
 * context. Each with its line. What depends on a variable that only a base image sets is left to the builder.
 */
import { posix } from "node:path";
import type { LinkTable } from "../archive";
import {
  flagsOf,
  fromOf,
  instructionsOf,
  parseDockerfile,
  stepsOf,
  type Instruction,
} from "../dockerfile/dockerfile";
import { copyWords } from "../dockerfile/edit";
import { Variables } from "../dockerfile/variables";
import type { Build } from "../model/project";
import { didYouMean } from "../nearest";
import { isUtf16, utf16 } from "../utf8";
import { copiesFromContext, isThere } from "./rewrite/links";
import type { LineProblem } from "./rewrite/written";

type Fault = Omit<DockerfileFault, "line">;

/** What a Dockerfile says that can't be built. */
export interface DockerfileFault extends LineProblem {
  /** Whether a file of the project is what is missing: the Dockerfile itself may be right. */
  readonly isMissingFile?: true;
}

/** What is known of a build besides its Dockerfile. */
export interface FaultContext {
  readonly build: Pick<Build, "args" | "context" | "target" | "test">;
  readonly table: LinkTable;
  /** Whether the project has a file, whatever the ignore file says. */
  readonly has: (path: string) => boolean;
}

/** Instructions, and the flags of each (BuildKit, frontend/dockerfile/command and instructions). */
const flags: Readonly<Record<string, readonly string[]>> = {
  ADD: ["chmod", "checksum", "chown", "exclude", "keep-git-dir", "link", "parents", "unpack"],
  ARG: [],
  CMD: [],
  COPY: ["chmod", "chown", "exclude", "from", "link", "parents"],
  ENTRYPOINT: [],
  ENV: [],
  EXPOSE: [],
  FROM: ["platform"],
  HEALTHCHECK: ["interval", "retries", "start-interval", "start-period", "timeout"],
  LABEL: [],
  MAINTAINER: [],
  ONBUILD: [],
  RUN: ["device", "mount", "network", "security"],
  SHELL: [],
  STOPSIGNAL: [],
  USER: [],
  VOLUME: [],
  WORKDIR: [],
};

/** A reference of an image (github.com/distribution/reference, regexp.go). */
const reference =
  /^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;

/** @param text - as its author wrote it */
export function dockerfileFaults(text: string, context: FaultContext): readonly DockerfileFault[] {
  if (isUtf16(text)) return [{ line: 1, message: utf16.message, hint: utf16.hint }];
  const { target, test } = context.build;
  const stages = parseDockerfile(text);
  const carriedOut = new Set(
    [...stepsOf(stages, target), ...(test === undefined ? [] : stepsOf(stages, test))].map(
      ({ line }) => line,
    ),
  );
  const variables = new Variables(context.build.args);
  const names: (string | undefined)[] = [];
  const problems: DockerfileFault[] = [];
  for (const instruction of instructionsOf(text)) {
    const fault =
      syntaxOf(instruction, names.length) ??
      (instruction.keyword === "FROM" ? baseOf(instruction, variables, names) : undefined) ??
      (carriedOut.has(instruction.line) ? filesOf(instruction, { variables, names, context }) : undefined);
    if (fault !== undefined) problems.push({ line: instruction.line, ...fault });
    variables.read(instruction);
    if (instruction.keyword === "FROM") names.push(fromOf(instruction).name?.toLowerCase());
  }
  if (names.length === 0 && problems.length === 0)
    problems.push({
      line: 1,
      message: "there is no FROM in it",
      hint: "an image begins with one: FROM alpine:3.22",
    });
  return problems;
}

function syntaxOf(instruction: Instruction, stages: number): Fault | undefined {
  const { keyword, text } = instruction;
  const known = Object.hasOwn(flags, keyword) ? flags[keyword] : undefined;
  if (known === undefined) {
    return {
      message: `unknown instruction: ${keyword}`,
      hint: didYouMean(
        keyword,
        Object.keys(flags),
        "a line that goes on needs a backslash at the end of the one before",
      ),
    };
  }
  if (stages === 0 && keyword !== "FROM" && keyword !== "ARG")
    return {
      message: `${keyword} comes before the first FROM`,
      hint: "begin with FROM; only ARG may come before it",
    };
  const flag = flagsOf(instruction).find((each) => !known.includes(each.slice(2).split("=")[0] ?? ""));
  if (flag !== undefined && known.length > 0) {
    const name = flag.slice(2).split("=")[0] ?? "";
    return {
      message: `unknown flag of ${keyword}: --${name}`,
      hint: didYouMean(name, known, "remove it", (near) => `--${near}`),
    };
  }
  const words = text.split(" ").length - 1 - flagsOf(instruction).length;
  if (keyword === "FROM" && !/^FROM(?: --\S+)* \S+(?: AS \S+)?$/i.test(text))
    return {
      message: `FROM has one name, or a name and AS and a stage: ${text}`,
      hint: "FROM alpine:3.22 AS build",
    };
  if ((keyword === "COPY" || keyword === "ADD") && words < 2 && !text.includes("["))
    return { message: `${keyword} has a source and a destination: ${text}`, hint: `${keyword} . /app` };
  if (words === 0 && keyword !== "CMD" && keyword !== "ENTRYPOINT")
    return { message: `${keyword} has no argument`, hint: "write it, or remove the line" };
  return undefined;
}

function baseOf(
  instruction: Instruction,
  variables: Variables,
  names: readonly (string | undefined)[],
): Fault | undefined {
  const { base = "" } = fromOf(instruction);
  const image = variables.expandBase(base);
  if (image === undefined || names.includes(image.toLowerCase())) return undefined;
  if (image === "")
    return {
      message: `the base image is empty: FROM ${base}`,
      hint: "an ARG of a FROM comes before the first FROM, with a default or a value under build.args",
    };
  if (reference.test(image)) return undefined;
  const shown = image === base ? image : `${image} (of ${base})`;
  return {
    message: `${shown} is no name of an image`,
    hint: "lower case, like node:24-slim or ghcr.io/team/app:1.0",
  };
}

/** A source that `ADD` downloads (Dockerfile reference, ADD): also where a variable holds it. */
const elsewhere = /^[a-z][a-z0-9+.-]*:\/\/|^git@|^github\.com\//;

function filesOf(
  instruction: Instruction,
  known: {
    readonly variables: Variables;
    readonly names: readonly (string | undefined)[];
    readonly context: FaultContext;
  },
): Fault | undefined {
  const { variables, names, context } = known;
  const from = flagsOf(instruction)
    .find((flag) => flag.startsWith("--from="))
    ?.slice("--from=".length);
  if (from !== undefined && instruction.keyword === "COPY") return stageOf(from, names);
  if (!copiesFromContext(instruction)) return undefined;
  for (const word of copyWords(instruction).slice(0, -1)) {
    const source = variables.expand(word);
    if (source === undefined || elsewhere.test(source) || /[*?[\]]/.test(source)) continue;
    const path = posix.join("/", source).replace(/\/$/, "").slice(1);
    if (path === "" || isThere(context.table, path)) continue;
    const shown = source === word ? source : `${source} (of ${word})`;
    return {
      isMissingFile: true,
      message: `there is no ${shown} in the build's context`,
      hint: context.has(posix.join(context.build.context, path))
        ? ".dockerignore leaves it out: an exception brings it back, !" + path
        : didYouMean(
            path,
            [...context.table.paths],
            `paths are relative to the context, ${context.build.context}`,
          ),
    };
  }
  return undefined;
}

/** A stage by a number that there is not yet, or by a name that is nearly one of theirs. */
function stageOf(from: string, names: readonly (string | undefined)[]): Fault | undefined {
  if (from.includes("$")) return undefined;
  if (/^\d+$/.test(from))
    return Number(from) < names.length - 1
      ? undefined
      : { message: `there is no stage ${from} before this one`, hint: "stages count from 0" };
  if (names.includes(from.toLowerCase()) || /[.:/@]/.test(from)) return undefined;
  const known = names.filter((name) => name !== undefined);
  const hint = didYouMean(from, known, undefined);
  return hint === undefined ? undefined : { message: `there is no stage ${from} before this one`, hint };
}
