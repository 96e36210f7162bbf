/**
 * As much of a Dockerfile as reports of a build need: its stages, and the line of each instruction
 * (Docker documentation, "Dockerfile reference": parser directives, line continuation, here-documents).
 */

export interface Instruction {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** Keyword and arguments, with continued lines joined and white space as one. */
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** Of its last one; the here-documents that it begins come after it. */
  readonly lastLine: number;
}

export interface Stage {
  /** Lower case; absent where the `FROM` names none. */
  readonly name?: string;
  /** The line of its `FROM`. */
  readonly from: number;
  /** What its `FROM` names, as it is written: an image, or an earlier stage. */
  readonly base: string;
  /** As its `FROM` has it. */
  readonly platform?: string;
  /** The number of the stage that it begins with, where that is one. */
  readonly parent?: number;
  /** What comes after its `FROM`. */
  readonly instructions: readonly Instruction[];
  /** Stages that it takes its base or files from, by number. */
  readonly needs: readonly number[];
}

/** Texts of which it is remembered what they are: a Dockerfile is looked at from many sides, and by several services. */
const remembered = 32;

function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? read(text);
    if (known.size === remembered && !known.has(text)) known.clear();
    known.set(text, found);
    return found;
  };
}

/** The stages, in the file's order. A text that is no Dockerfile has none; the builder says what is wrong with it. */
export const parseDockerfile: (text: string) => readonly Stage[] = remembering(stagesOf);

function stagesOf(text: string): readonly Stage[] {
  const stages: (Omit<Stage, "instructions" | "needs"> & {
    instructions: Instruction[];
    needs: Set<number>;
  })[] = [];
  for (const instruction of instructionsOf(text)) {
    const numberOf = (name: string): number | undefined => {
      const found = stages.findLastIndex((stage) => stage.name === name.toLowerCase());
      if (found >= 0) return found;
      return /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : undefined;
    };
    if (instruction.keyword === "FROM") {
      const { base = "", name } = fromOf(instruction);
      const needed = numberOf(base);
      const platform = flagsOf(instruction).find((flag) => flag.startsWith("--platform="));
      stages.push({
        ...(name === undefined ? {} : { name: name.toLowerCase() }),
        from: instruction.line,
        base,
        ...(platform === undefined ? {} : { platform: platform.slice("--platform=".length) }),
        ...(needed === undefined ? {} : { parent: needed }),
        instructions: [],
        needs: new Set(needed === undefined ? [] : [needed]),
      });
      continue;
    }
    const stage = stages.at(-1);
    // An ARG before the first FROM belongs to no stage.
    if (stage === undefined) continue;
    stage.instructions.push(instruction);
    for (const [, name = ""] of instruction.text.matchAll(/[\s,=]-{0,2}from=([^\s,]+)/g)) {
      const needed = numberOf(name);
      if (needed !== undefined) stage.needs.add(needed);
    }
  }
  return stages.map(({ needs, ...stage }) => ({ ...stage, needs: [...needs] }));
}

/** The number of a target stage; the last one without a target; `undefined` where there is no such stage. */
export function stageNumber(stages: readonly Stage[], target: string | undefined): number | undefined {
  const found =
    target === undefined ? stages.length - 1 : stages.findIndex(({ name }) => name === target.toLowerCase());
  return found < 0 ? undefined : found;
}

/** The instructions that a build up to a stage carries out, in the file's order: those of the stages it needs. */
export function stepsOf(stages: readonly Stage[], target: string | undefined): readonly Instruction[] {
  const needed = neededStages(stages, target);
  return stages.flatMap(({ instructions }, index) => (needed.has(index) ? instructions : []));
}

/** The numbers of the stages that a build up to a stage carries out. */
export function neededStages(stages: readonly Stage[], target: string | undefined): ReadonlySet<number> {
  const last = stageNumber(stages, target);
  const needed = new Set<number>();
  const need = (stage: number): void => {
    if (needed.has(stage)) return;
    needed.add(stage);
    stages[stage]?.needs.forEach(need);
  };
  if (last !== undefined) need(last);
  return needed;
}

/** Every instruction, in the file's order. */
export const instructionsOf: (text: string) => readonly Instruction[] = remembering(readInstructions);

function readInstructions(text: string): readonly Instruction[] {
  const lines = linesOf(text);
  const escape = escapeOf(lines);
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const line = at + 1;
    let joined = "";
    let open = true;
    while (open && at < lines.length) {
      const part = lines[at++] ?? "";
      // Comments and empty lines inside an instruction are passed over.
      if (/^\s*(#|$)/.test(part)) {
        open = joined !== "";
        if (!open) break;
        continue;
      }
      open = new RegExp(`${escape}\\s*$`).test(part);
      joined += open ? part.replace(new RegExp(`${escape}\\s*$`), "") : part;
    }
    const flat = joined.replace(/\s+/g, " ").trim();
    // A word that is no instruction stays one here: what follows a forgotten backslash is reported as such.
    const keyword = /^\S+/.exec(flat)?.[0].toUpperCase();
    if (keyword === undefined) continue;
    found.push({ keyword, text: keyword + flat.slice(keyword.length), line, lastLine: at });
    if (/^(RUN|COPY|ADD)$/.test(keyword))
      at = documentsOf({ text: flat, lastLine: at }, lines).at(-1)?.lastLine ?? at;
  }
  return found;
}

/** What a `FROM` says: the image or the stage that it begins with, and the name of its own stage. */
export function fromOf({ text }: Instruction): { readonly base?: string; readonly name?: string } {
  const [, base, name] = /^FROM(?: --\S+)* (\S+)(?: AS (\S+))?/i.exec(text) ?? [];
  return { ...(base === undefined ? {} : { base }), ...(name === undefined ? {} : { name }) };
}

/** The lines of a Dockerfile, without the mark that some editors put before the first one. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}

/** The flags between an instruction's keyword and its arguments: `--from=base`. */
export function flagsOf({ text }: Instruction): readonly string[] {
  return (/^[A-Z]+((?: --\S+)*)/.exec(text)?.[1] ?? "").split(" ").filter((flag) => flag !== "");
}

/** The escape character, as a regular expression: `\`, or what the parser directive names. */
export function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s*([a-z]+)\s*=\s*(\S+)\s*$/i.exec(line);
    if (directive === null) break;
    if (directive[1]?.toLowerCase() === "escape" && directive[2] === "`") return "`";
  }
  return "\\\\";
}

/** A here-document that an instruction begins. */
export interface HereDocument {
  /** As the instruction has it: `<<-"EOF"`. */
  readonly word: string;
  readonly name: string;
  /** Without the tabs that `<<-` takes away. */
  readonly text: string;
  /** The line with its name alone, which ends it; from 1. */
  readonly lastLine: number;
}

/** The here-documents that an instruction begins; none where one has no end, which the builder reports. */
export function documentsOf(
  { text, lastLine }: Pick<Instruction, "text" | "lastLine">,
  lines: readonly string[],
): readonly HereDocument[] {
  const found: HereDocument[] = [];
  let at = lastLine;
  for (const [word, dash, , name = ""] of text.matchAll(/<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\2/g)) {
    const plain = (line: string): string => (dash === "-" ? line.replace(/^\t+/, "") : line);
    const end = lines.findIndex((line, index) => index >= at && plain(line) === name);
    if (end < 0) return found;
    const own = lines.slice(at, end).map((line) => `${plain(line)}\n`);
    found.push({ word, name, text: own.join(""), lastLine: end + 1 });
    at = end + 1;
  }
  return found;
}
