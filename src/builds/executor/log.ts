/**
 * The executor's log, read for people: its own lines without their dressing, the steps of the Dockerfile, and the
 * instruction that failed. Its lines are logrus' text format, `time="…" level=info msg="…"` (kaniko,
 * `pkg/logging`, `--log-format=text`); what a RUN step prints comes between them, unchanged.
 */
import { posix } from "node:path";
import type { BuildStep } from "../../ports";
import {
  flagsOf,
  fromOf,
  instructionsOf,
  parseDockerfile,
  stepsOf,
  type Instruction,
} from "../../dockerfile/dockerfile";
import { copyWords } from "../../dockerfile/edit";
import type { BuildDockerfile } from "../written-dockerfile";

/** A line that the executor itself wrote. */
const own = /^time="[^"]*" level=(\w+) msg=(?:"((?:[^"\\]|\\.)*)"|(\S*))/;

/** kaniko, `pkg/executor/build.go`: an instruction that begins is logged as the Dockerfile has it. */
const instructionLine =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR) /;
const cachedLine = /^Using caching version of cmd: (.*)$/s;

/** A line without what a program puts around it; what is no line of the executor's own stays as it is. */
export function plainLine(line: string): string {
  const [, level = "", quoted, bare] = own.exec(line) ?? [];
  if (level === "") return line;
  const message = quoted === undefined ? (bare ?? "") : unquoted(quoted);
  return level === "info" ? message : `${level}: ${message}`;
}

/** The executor's own last message, and the prefix of each (kaniko, cmd/executor/cmd/root.go, pkg/executor). */
const lastWords = /^error (building image|pushing image|checking push permissions|resolving [a-z ]+): (.*)$/s;
const dressing =
  /^(?:error building stage|failed to execute command|failed to optimize instructions|failed to get files used from context|unable to complete operation after \d+ attempts, last error): /;

/** Characters of it that a message shows. */
const shownError = 400;

/** What the executor says of its own failure. */
export interface LastError {
  readonly text: string;
  /** Whether an instruction of the Dockerfile is what failed, rather than the push of what they made. */
  readonly ofInstruction: boolean;
}

/** The error at the end of its log; `undefined` where it says nothing. */
export function lastError(lines: readonly string[]): LastError | undefined {
  const line = lines.findLast((each) => lastWords.test(each));
  const [, doing, said] = line === undefined ? [] : (lastWords.exec(line) ?? []);
  if (said === undefined) return undefined;
  let text = said;
  while (dressing.test(text)) text = text.replace(dressing, "");
  return { text: text.slice(0, shownError), ofInstruction: doing?.startsWith("building") === true };
}

interface Place {
  readonly line: number;
  readonly text: string;
}

/** The instruction that an error is of where the log named none: by the image or the file that the error names. */
export function placeOf(text: string, error: string): Place | undefined {
  return imageIn(text, error) ?? sourceIn(text, error);
}

/** The line of the `FROM` or `COPY --from` whose image a registry did not give, by the registry's own words. */
function imageIn(text: string, error: string): Place | undefined {
  const asked = /\/v2\/(\S+)\/manifests\/([^\s:"]+(?::[0-9a-f]+)?)/.exec(error);
  if (asked === null) return undefined;
  const [, repository = "", reference = ""] = asked;
  return instructionsOf(text).find((instruction) => {
    const image = instruction.keyword === "FROM" ? fromOf(instruction).base : sourceOf(instruction);
    const [, name = "", tag = "latest"] = /^(.*?)(?:[:@]([^/]+))?$/.exec(image ?? "") ?? [];
    const path = name.replace(/^[^/]*[.:][^/]*\//, "");
    return path !== "" && tag === reference && (repository === path || repository.endsWith(`/${path}`));
  });
}

/** The line of the `COPY` or `ADD` whose source is not there, in the context or in another stage (kaniko, KanikoDir). */
function sourceIn(text: string, error: string): Place | undefined {
  const [, path, stage] =
    /lstat (\/kaniko\/(?:buildcontext|deps\/([^/\s]+))\/\S+): no such file/.exec(error) ?? [];
  if (path === undefined) return undefined;
  return instructionsOf(text).find((instruction) => {
    if (!/^(COPY|ADD)$/.test(instruction.keyword)) return false;
    if ((sourceOf(instruction) === undefined) !== (stage === undefined)) return false;
    return copyWords(instruction)
      .slice(0, -1)
      .some((word) => path.endsWith(posix.join("/", word).replace(/\/$/, "")));
  });
}

/** What a `COPY --from` names. */
function sourceOf(instruction: Instruction): string | undefined {
  const flag = flagsOf(instruction).find((each) => each.startsWith("--from="));
  return flag?.slice("--from=".length);
}

/** Go's `%q`, as far as a log needs it. */
function unquoted(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  return text.replace(/\\(.)/gs, (_whole, letter: string) => letters[letter] ?? letter);
}

/** Follows a build through its log. */
export class BuildSteps {
  readonly #name: string;
  /** Of the stages that are built, as the executor reads them. */
  readonly #instructions: readonly Instruction[];
  /** The author's lines, by the executor's. */
  readonly #lines: readonly number[] | undefined;
  /** The author's instructions, by their first line. */
  readonly #written: ReadonlyMap<number, Instruction>;
  /** How often the log named each instruction. */
  readonly #told = new Map<string, number>();
  readonly #cached = new Map<string, number>();
  #number = 0;
  #cachedSteps = 0;
  /** `at`: its line, where that is known. */
  #last: { readonly step: BuildStep; readonly at: number | undefined } | undefined;

  /**
   * @param dockerfile - without its text no total is reported, and no line
   * @param target - the stage that is built
   */
  constructor({ name, text = "", own }: BuildDockerfile, target: string | undefined) {
    this.#name = name;
    // MAINTAINER makes nothing, and is never logged (kaniko, pkg/commands/commands.go).
    this.#instructions = stepsOf(parseDockerfile(own?.text ?? text), target).filter(
      ({ keyword }) => keyword !== "MAINTAINER",
    );
    this.#lines = own?.lines;
    this.#written = new Map(instructionsOf(text).map((instruction) => [instruction.line, instruction]));
  }

  /** @returns the step that begins with this line of the log, where one does */
  read(line: string): BuildStep | undefined {
    if (!own.test(line)) return undefined;
    const message = plainLine(line).replace(/\s+/g, " ").trim();
    const hit = cachedLine.exec(message)?.[1];
    if (hit !== undefined) {
      this.#cached.set(hit, (this.#cached.get(hit) ?? 0) + 1);
      return undefined;
    }
    if (!instructionLine.test(message)) return undefined;
    const hits = this.#cached.get(message) ?? 0;
    if (hits > 0) this.#cached.set(message, hits - 1);
    this.#number += 1;
    this.#cachedSteps += hits > 0 ? 1 : 0;
    const total = this.#instructions.length;
    const found = this.#find(message);
    const at = found === undefined ? undefined : (this.#lines?.[found.line - 1] ?? found.line);
    const step: BuildStep = {
      number: this.#number,
      // ONBUILD instructions of a base image are in no Dockerfile of ours.
      ...(total === 0 ? {} : { total: Math.max(total, this.#number) }),
      instruction: (this.#lines === undefined ? undefined : this.#written.get(at ?? 0)?.text) ?? message,
      cached: hits > 0,
    };
    this.#last = { step, at };
    return step;
  }

  /** The instruction that the log names; one that occurs several times is named as often. */
  #find(message: string): Instruction | undefined {
    // The executor resolves nothing in what it prints, but a here-document is left out of the parsed text.
    const same = this.#instructions.filter(
      ({ text }) => text === message || (text.includes("<<") && message.startsWith(text)),
    );
    const told = this.#told.get(message) ?? 0;
    this.#told.set(message, told + 1);
    return same[Math.min(told, same.length - 1)];
  }

  /** The steps so far; `undefined` where the log named no step. */
  get summary(): { readonly total: number; readonly cached: number } | undefined {
    return this.#number === 0 ? undefined : { total: this.#number, cached: this.#cachedSteps };
  }

  /** The step that the build has reached: `Dockerfile:7: RUN npm ci`. */
  where(): string | undefined {
    if (this.#last === undefined) return undefined;
    const { step, at } = this.#last;
    return `${this.#name}${at === undefined ? "" : `:${at}`}: ${step.instruction}`;
  }
}
