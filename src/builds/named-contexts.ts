/**
 * A Dockerfile whose build has contexts by name, written again for an executor that knows no such names.
 *
 * BuildKit looks a name of `FROM`, `COPY --from` and a bind mount's `from` up among the stages first, and then among the
 * contexts, compared as images' familiar names; a stage whose own name is a context's is replaced by it
 * (frontend/dockerfile/dockerfile2llb, convert.go; "docker buildx build", `--build-context`). Here an image takes the
 * place of its name, and a folder is read from where it is packed, outside of the context: `COPY --from=assets a /b` is
 * `COPY ../berth/contexts/0/a /b`. The executor joins such a path without a look at the context's bounds, and with
 * FF_KANIKO_SCOPED_DOCKERIGNORE takes no ignore rule of the context for it (kaniko, pkg/commands/copy.go and run.go).
 * What can't be said so is refused, line by line. No stage is added, so that the numbers of stages stay.
 */
import { posix } from "node:path";
import { namedContextFolder } from "../archive";
import { flagsOf, instructionsOf, linesOf, type Instruction } from "../dockerfile/dockerfile";
import { goMatch } from "../dockerfile/go-match";
import { familiarName } from "../model/image-name";
import { copyWords, replaceInstruction, type NumberedLine, type Replacement } from "../dockerfile/edit";
import type { Build, NamedContext } from "../model/project";
import { contextPlace } from "./executor/kaniko";
import type { LineProblem } from "./rewrite/written";

/** What has to be known besides the text. */
export interface ContextWorld {
  /** Everything in each folder, by the context's name. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** The image of each service that is taken. */
  readonly images: Readonly<Record<string, string>>;
}

export interface WrittenDockerfile {
  readonly text: string;
  /** For each line of the text, the line of the original that it replaces. */
  readonly lines: readonly number[];
  /** What can't be written for the executor. */
  readonly problems: readonly LineProblem[];
}

/** Thrown inside; becomes one of the problems. */
class Refused extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export function withNamedContexts(text: string, build: Build, world: ContextWorld): WrittenDockerfile {
  const writer = new Writer(build, world);
  const lines = linesOf(text).map((line, index): NumberedLine => [line, index + 1]);
  const problems: LineProblem[] = [];
  // From the last one to the first: the numbers before a line that was put in stay.
  const written = instructionsOf(text).map((instruction) => {
    try {
      return { instruction, written: writer.write(instruction) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push({ line: instruction.line, message: error.message, hint: error.hint });
      return { instruction };
    }
  });
  for (const { instruction, written: by } of written.reverse()) {
    if (by !== undefined) replaceInstruction(lines, instruction, by);
  }
  const target = writer.replacedTarget();
  if (target !== undefined) problems.push(target);
  return { text: lines.map(([line]) => line).join("\n"), lines: lines.map(([, number]) => number), problems };
}

/** A context, and the folder of it as the executor sees it, where it is one. */
interface Known {
  readonly context: NamedContext;
  readonly folder: string;
}

interface SeenStage {
  readonly name: string | undefined;
  readonly line: number;
  /** The context that takes its place. */
  readonly replacedBy?: Known;
}

class Writer {
  readonly #contexts = new Map<string, Known>();
  readonly #stages: SeenStage[] = [];
  /** Arguments before the first stage. */
  readonly #arguments = new Map<string, string>();

  constructor(
    private readonly build: Build,
    private readonly world: ContextWorld,
  ) {
    (build.contexts ?? []).forEach((context, index) => {
      const folder = posix.relative(contextPlace(build), namedContextFolder(index));
      this.#contexts.set(context.name, { context, folder });
    });
  }

  /** @returns `undefined` where it stays as it is */
  write(instruction: Instruction): Replacement | undefined {
    switch (instruction.keyword) {
      case "ARG":
        this.#argument(instruction);
        return undefined;
      case "FROM":
        return this.#from(instruction);
      case "COPY":
        return this.#copy(instruction);
      case "RUN":
        return this.#run(instruction);
      case "ONBUILD":
        this.#onBuild(instruction);
        return undefined;
      default:
        return undefined;
    }
  }

  /** The problem of a build whose target is replaced by a context: nothing would be built. */
  replacedTarget(): LineProblem | undefined {
    const { target } = this.build;
    const stage =
      target === undefined
        ? this.#stages.at(-1)
        : this.#stages.find(({ name }) => name === target.toLowerCase());
    if (stage?.replacedBy === undefined) return undefined;
    const { name } = stage.replacedBy.context;
    return {
      line: stage.line,
      message: `the stage that is built, ${name}, is replaced by the additional context of that name`,
      hint: "give the context another name",
    };
  }

  #argument({ text }: Instruction): void {
    if (this.#stages.length > 0) return;
    for (const [, name = "", , written] of text
      .slice(3)
      .matchAll(/ ([A-Za-z_]\w*)(=("[^"]*"|'[^']*'|\S*))?/g)) {
      const value = this.build.args[name] ?? this.#expand((written ?? "").replace(/^(["'])(.*)\1$/, "$2"));
      this.#arguments.set(name, value);
    }
  }

  /** The variables of a `FROM`; what is set nowhere is empty, and a platform's name is none of a context. */
  #expand(text: string): string {
    const expanded = text.replace(
      /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^${}]*))?\})/g,
      (
        _whole,
        bare: string | undefined,
        braced: string | undefined,
        operator: string | undefined,
        other: string | undefined,
      ) => {
        const value = this.#arguments.get(bare ?? braced ?? "") ?? "";
        if (operator?.endsWith("-") === true) return value === "" ? (other ?? "") : value;
        if (operator?.endsWith("+") === true) return value === "" ? "" : (other ?? "");
        return value;
      },
    );
    if (!expanded.includes("$")) return expanded;
    throw new Refused(
      `whether ${text} is one of the additional contexts is not known before the build`,
      "write the name of the image or of the context out",
    );
  }

  #from({ text, line }: Instruction): Replacement | undefined {
    const [, flags = "", base = "", name] = /^FROM((?: --\S+)*) (\S+)(?: AS (\S+))?/i.exec(text) ?? [];
    const replacedBy = name === undefined ? undefined : this.#contexts.get(familiarName(name.toLowerCase()));
    const known = replacedBy === undefined ? this.#named(this.#expand(base)) : undefined;
    this.#stages.push({
      name: name?.toLowerCase(),
      line,
      ...(replacedBy === undefined ? {} : { replacedBy }),
    });
    if (known === undefined) return undefined;
    const { context, folder } = known;
    const as = name === undefined ? "" : ` AS ${name}`;
    const image = this.#image(context);
    if (image !== undefined) return { lines: [`FROM${flags} ${image}${as}`] };
    return { lines: [`FROM${flags} scratch${as}`, `COPY ${folder}/ /`] };
  }

  #copy(instruction: Instruction): Replacement | undefined {
    const flag = flagsOf(instruction).find((each) => each.startsWith("--from="));
    const known = flag === undefined ? undefined : this.#source(flag.slice("--from=".length));
    if (flag === undefined || known === undefined) return undefined;
    const { text } = instruction;
    const image = this.#image(known.context);
    if (image !== undefined) return { lines: [text.replace(flag, () => `--from=${image}`)] };
    const flags = flagsOf(instruction).filter((each) => each !== flag);
    const words = copyWords(instruction);
    const sources = words.slice(0, -1).flatMap((word) => this.#path(word, known));
    const all = [...sources, ...words.slice(-1)];
    const shown = all.some((word) => /\s/.test(word)) ? JSON.stringify(all) : all.join(" ");
    return { lines: [["COPY", ...flags, shown].join(" ")] };
  }

  /** A source of a `COPY`, as the executor finds it; several where it is a pattern. */
  #path(source: string, { context: { name }, folder }: Known): readonly string[] {
    const hint = "name the folders and files of the context without it";
    if (source.startsWith("<<")) throw new Refused(`a here-document is no file of the context ${name}`, hint);
    if (source.includes("$")) {
      if (!/\.\.|[*?[\]"'\\]/.test(source)) return [`${folder}/${source}`];
      throw new Refused(
        `${source}: a variable together with "..", a pattern or a quote can't be built`,
        hint,
      );
    }
    if (/["'\\]/.test(source)) throw new Refused(`${source}: a quote in a name can't be built`, hint);
    // As for any source: what climbs out of the context ends at its top.
    const path = posix.join("/", source).slice(1);
    if (!/[*?[\]]/.test(path)) return [`${folder}/${path}`];
    const found = (this.world.folders.get(name) ?? []).filter((each) =>
      goMatch(path.replace(/\/$/, ""), each),
    );
    if (found.length === 0)
      throw new Refused(`${source} is nothing in the context ${name}`, "correct the pattern");
    const odd = found.find((each) => /[*?[\]$"'\\]/.test(each));
    if (odd !== undefined)
      throw new Refused(`${odd} of the context ${name} has a sign that can't be built`, hint);
    return found.map((each) => `${folder}/${each}`);
  }

  #run(instruction: Instruction): Replacement | undefined {
    const words = new Map<string, string>();
    for (const flag of flagsOf(instruction)) {
      const fields = flag.startsWith("--mount=") ? flag.slice("--mount=".length).split(",") : [];
      const from = fields.find((field) => field.startsWith("from="));
      const known = from === undefined ? undefined : this.#source(from.slice("from=".length));
      if (known === undefined) continue;
      const type = fields.find((field) => field.startsWith("type="))?.slice("type=".length) ?? "bind";
      if (type !== "bind" || known.context.source.kind !== "folder") {
        const what = type === "bind" ? "an image" : `a mount of type ${type}`;
        throw new Refused(
          `the builder mounts nothing from ${what}: ${flag}`,
          `COPY --from=${known.context.name} what the step needs`,
        );
      }
      const source = /^(?:source|src)=(.*)$/.exec(
        fields.find((field) => /^(source|src)=/.test(field)) ?? "",
      )?.[1];
      const [path = known.folder] = source === undefined ? [] : this.#path(source, known);
      const kept = fields.filter((field) => !/^(from|source|src|type)=/.test(field));
      words.set(flag, `--mount=${["type=bind", `source=${path}`, ...kept].join(",")}`);
    }
    return words.size === 0 ? undefined : { words };
  }

  #onBuild({ text }: Instruction): void {
    for (const [, name = ""] of text.matchAll(/[\s,]-{0,2}from=([^\s,]+)/g)) {
      if (this.#source(name) === undefined) continue;
      throw new Refused(
        `an additional context in ONBUILD: ${name}`,
        "write the instruction into the Dockerfile that builds on this one",
      );
    }
  }

  /** What `from=` means: a stage by name or number, or else a context. */
  #source(name: string): Known | undefined {
    const stage = /^\d+$/.test(name) ? this.#stages[Number(name)] : undefined;
    return stage === undefined ? this.#named(name) : stage.replacedBy;
  }

  #named(name: string): Known | undefined {
    const stage = this.#stages.findLast((each) => each.name === name.toLowerCase());
    return stage === undefined ? this.#contexts.get(familiarName(name)) : stage.replacedBy;
  }

  #image({ source }: NamedContext): string | undefined {
    if (source.kind === "image") return source.reference;
    return source.kind === "service" ? (this.world.images[source.service] ?? source.service) : undefined;
  }
}
