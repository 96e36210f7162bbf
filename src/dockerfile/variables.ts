/** The variables of a Dockerfile: `ARG` and `ENV`, as far as they are known without its base images. */
import { fromOf, type Instruction } from "./dockerfile";

/** A name and the text after its `=`; `undefined` where there is no `=`. */
type Assignment = readonly [name: string, written: string | undefined];

/** Arguments that the builder sets itself (Dockerfile reference, "Automatic platform ARGs"). */
const platformArgument = /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/;

interface StageVariables {
  readonly name: string | undefined;
  /** `undefined` for a value that is not known. */
  readonly env: Map<string, string | undefined>;
  readonly args: Map<string, string | undefined>;
  /** Whether the base image may have set what is not here. */
  readonly opaque: boolean;
}

/** Follows the instructions of a Dockerfile, in their order. */
export class Variables {
  readonly #global = new Map<string, string | undefined>();
  readonly #stages: StageVariables[] = [];

  /** @param given - the arguments of the build */
  constructor(private readonly given: Readonly<Record<string, string>>) {}

  read(instruction: Instruction): void {
    switch (instruction.keyword) {
      case "FROM":
        this.#from(instruction);
        return;
      case "ARG":
        for (const [name, written] of assignmentsOf(instruction)) this.#argument(name, written);
        return;
      case "ENV": {
        const env = this.#stages.at(-1)?.env;
        const values = assignmentsOf(instruction).map(
          ([name, written = ""]) => [name, this.#value(written)] as const,
        );
        for (const [name, value] of values) env?.set(name, value);
        return;
      }
      default:
        return;
    }
  }

  /** A text with its variables in place; `undefined` where one of them is not known, or how it is written. */
  expand(text: string): string | undefined {
    const stage = this.#stages.at(-1);
    return expanded(text, (name) => (stage === undefined ? this.#lookGlobal(name) : lookIn(stage, name)));
  }

  /** As {@link expand}, for a `FROM`, which sees the arguments before the first stage alone. */
  expandBase(text: string): string | undefined {
    return expanded(text, (name) => this.#lookGlobal(name));
  }

  #lookGlobal(name: string): string | undefined {
    if (platformArgument.test(name)) return undefined;
    return this.#global.has(name) ? this.#global.get(name) : "";
  }

  #from(instruction: Instruction): void {
    const { base = "", name } = fromOf(instruction);
    const image = this.expandBase(base);
    const parent = this.#stages.findLast((stage) => stage.name === image?.toLowerCase());
    this.#stages.push({
      name: name?.toLowerCase(),
      env: new Map(parent?.env),
      args: new Map(),
      opaque: parent?.opaque ?? image !== "scratch",
    });
  }

  #argument(name: string, written: string | undefined): void {
    const stage = this.#stages.at(-1);
    const given = this.given[name];
    const own = written === undefined ? undefined : this.#value(written);
    if (stage === undefined) this.#global.set(name, given ?? (written === undefined ? "" : own));
    else if (given !== undefined || written !== undefined) stage.args.set(name, given ?? own);
    else if (this.#global.has(name)) stage.args.set(name, this.#global.get(name));
    else if (platformArgument.test(name)) stage.args.set(name, undefined);
  }

  #value(written: string): string | undefined {
    const single = /^'([^']*)'$/.exec(written)?.[1];
    if (single !== undefined) return single;
    const text = /^"(.*)"$/s.exec(written)?.[1] ?? written;
    return this.expand(text);
  }
}

function lookIn({ env, args, opaque }: StageVariables, name: string): string | undefined {
  if (env.has(name)) return env.get(name);
  if (args.has(name)) return args.get(name);
  return opaque ? undefined : "";
}

/** `NAME=value …`, or ENV's old form `NAME value`. */
export function assignmentsOf({ keyword, text }: Instruction): readonly Assignment[] {
  const rest = text.slice(keyword.length).trim();
  const old = /^([A-Za-z_]\w*) (.*)$/s.exec(rest);
  if (keyword === "ENV" && old !== null && !/^[A-Za-z_]\w*=/.test(rest)) return [[old[1] ?? "", old[2]]];
  const found = rest.matchAll(
    /(?<=^|\s)([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|(?:\\.|[^\s"'])*))?(?=\s|$)/g,
  );
  return [...found].map(([, name = "", written]): Assignment => [name, written]);
}

/** With `${name:-word}` and its like; quotes and escapes are for a shell's own reader, and not known here. */
function expanded(text: string, look: (name: string) => string | undefined): string | undefined {
  if (/["'\\]/.test(text)) return undefined;
  let known = true;
  const result = text.replace(
    /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^${}]*))?\})/g,
    (
      _whole,
      bare: string | undefined,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
    ) => {
      const value = look(bare ?? braced ?? "");
      if (value === undefined) known = false;
      const isSet = value !== undefined && value !== "";
      if (operator?.endsWith("-") === true) return isSet ? value : (word ?? "");
      if (operator?.endsWith("+") === true) return isSet ? (word ?? "") : "";
      return value ?? "";
    },
  );
  return isKnown(known, result) ? result : undefined;
}

function isKnown(known: boolean, text: string): boolean {
  return known && !text.includes("$");
}
