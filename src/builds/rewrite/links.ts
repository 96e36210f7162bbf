/**
 * Links as sources of `COPY` and `ADD`: BuildKit copies what they lead to (frontend/dockerfile/dockerfile2llb/convert.go,
 * dispatchCopy: FollowSymlinks; fsutil, copy/copy.go), the executor the link itself, which then leads nowhere
 * (github.com/osscontainertools/kaniko, issue 868). So the source is written as what it leads to: a folder by its own path,
 * for what is in it is copied; a file by a second place of it in what is packed, where it has the name of the link, by which
 * it is called at its destination. Links inside of a copied folder stay links, for both.
 */
import { posix } from "node:path";
import { linkedFile, type FileCopy, type LinkEnd, type LinkTable } from "../../archive";
import { flagsOf, instructionsOf, linesOf, type Instruction } from "../../dockerfile/dockerfile";
import { copyWords, replaceInstruction, type NumberedLine } from "../../dockerfile/edit";
import { goMatch } from "../../dockerfile/go-match";
import { Variables } from "../../dockerfile/variables";
import { after, type LineProblem, type Written } from "./written";

/** A folder that instructions copy from. */
export interface SourceTree {
  /** What its paths begin with in an instruction, `""` for the context itself. */
  readonly prefix: string;
  readonly table: LinkTable;
}

class Refused extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

const pattern = /[*?[\]]/;

/**
 * @param place - the path of the context in what is packed, from which sources are seen
 * @param carriedOut - lines of the instructions that the build carries out; the others stay
 */
export function withLinks(
  before: Written,
  {
    trees,
    args,
    place,
  }: {
    readonly trees: readonly SourceTree[];
    readonly args: Readonly<Record<string, string>>;
    readonly place: string;
  },
): Written {
  if (trees.every(({ table }) => table.links.size === 0)) return before;
  const writer = new LinkWriter(trees, place);
  const variables = new Variables(args);
  const problems: LineProblem[] = [];
  const replaced: { readonly instruction: Instruction; readonly line: string }[] = [];
  for (const instruction of instructionsOf(before.text)) {
    variables.read(instruction);
    if (!copiesFromContext(instruction)) continue;
    try {
      const line = writer.write(instruction, variables);
      if (line !== undefined) replaced.push({ instruction, line });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push({ line: instruction.line, message: error.message, hint: error.hint });
    }
  }
  if (replaced.length === 0 && problems.length === 0) return before;
  const lines = linesOf(before.text).map((line, index): NumberedLine => [line, index + 1]);
  for (const { instruction, line } of replaced.reverse())
    replaceInstruction(lines, instruction, { lines: [line] });
  return after(before, {
    text: lines.map(([line]) => line).join("\n"),
    lines: lines.map(([, number]) => number),
    problems,
    copies: writer.copies,
  });
}

/** Whether an instruction takes files of the context, rather than of a stage, an image or its own here-documents. */
export function copiesFromContext(instruction: Instruction): boolean {
  const { keyword, text } = instruction;
  if (keyword !== "COPY" && keyword !== "ADD") return false;
  return !text.includes("<<") && !flagsOf(instruction).some((flag) => flag.startsWith("--from="));
}

class LinkWriter {
  readonly copies: FileCopy[] = [];

  constructor(
    private readonly trees: readonly SourceTree[],
    private readonly place: string,
  ) {}

  /** @returns `undefined` where it stays as it is */
  write(instruction: Instruction, variables: Variables): string | undefined {
    const words = copyWords(instruction);
    const sources = words.slice(0, -1).map((word) => this.#source(word, variables));
    if (sources.every((source) => source === undefined)) return undefined;
    const all = [...sources.flatMap((source, index) => source ?? [words[index] ?? ""]), ...words.slice(-1)];
    const shown = all.some((word) => /\s/.test(word)) ? JSON.stringify(all) : all.join(" ");
    return [instruction.keyword, ...flagsOf(instruction), shown].join(" ");
  }

  /** What replaces a source; `undefined` where it is no link. */
  #source(word: string, variables: Variables): readonly string[] | undefined {
    if (/^[a-z][a-z0-9+.-]*:\/\/|^git@/.test(word)) return undefined;
    const written = variables.expand(word);
    if (written === undefined) return undefined;
    const tree = this.#treeOf(written);
    const { links, paths } = tree.table;
    // What climbs out of a context ends at its top.
    const path = posix.join("/", written.slice(tree.prefix.length)).replace(/\/$/, "").slice(1);
    if (!pattern.test(path)) {
      const end = endOf(tree.table, path);
      return end === undefined ? undefined : [this.#end(tree, path, end, word)];
    }
    const found = [...paths].filter((each) => goMatch(path, each)).sort();
    if (!found.some((each) => links.has(each))) return undefined;
    return found.map((each) => {
      const end = links.get(each);
      return end === undefined ? named(tree, each) : this.#end(tree, each, end, word);
    });
  }

  #treeOf(source: string): SourceTree {
    const named = this.trees.find(
      ({ prefix }) => prefix !== "" && (source === prefix || source.startsWith(`${prefix}/`)),
    );
    const [first] = this.trees.filter(({ prefix }) => prefix === "");
    if (named !== undefined) return named;
    if (first === undefined) throw new Error("No context to copy from.");
    return first;
  }

  #end(tree: SourceTree, path: string, end: LinkEnd, word: string): string {
    const of = path === word ? "" : ` (of ${word})`;
    if (end.kind === "missing")
      throw new Refused(
        `the link ${path}${of} leads to nothing in the context`,
        "correct it, or look into .dockerignore",
      );
    if (end.kind === "outside")
      throw new Refused(
        `the link ${path}${of} leads out of the build's context`,
        "build from the folder above, or take the folder by name: build.additional_contexts",
      );
    if (end.kind === "directory") return named(tree, end.path === "" ? "." : end.path);
    const copy = linkedFile(this.copies.length, posix.basename(path));
    this.copies.push({ place: copy, path: end.inProject });
    return writable(posix.relative(this.place, copy));
  }
}

/** The end of a path that is a link, or goes through links to one. */
function endOf({ links }: LinkTable, path: string): LinkEnd | undefined {
  let at = path;
  for (let hops = 0; hops < 40; hops += 1) {
    const own = links.get(at);
    if (own !== undefined) return own;
    const through = [...parentsOf(at)].find((parent) => links.get(parent)?.kind === "directory");
    const end = through === undefined ? undefined : links.get(through);
    if (through === undefined || end?.kind !== "directory") return undefined;
    at = posix.join(end.path, at.slice(through.length + 1));
  }
  return undefined;
}

/** Whether a path leads to something, through links as well. */
export function isThere(table: LinkTable, path: string): boolean {
  let at = path;
  for (let hops = 0; hops < 40; hops += 1) {
    if (table.paths.has(at)) return true;
    const through = [...parentsOf(at)].find((parent) => table.links.get(parent)?.kind === "directory");
    const end = through === undefined ? undefined : table.links.get(through);
    if (through === undefined || end?.kind !== "directory") return false;
    at = posix.join(end.path, at.slice(through.length + 1));
  }
  return false;
}

function* parentsOf(path: string): Generator<string> {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) yield path.slice(0, end);
}

function named({ prefix }: SourceTree, path: string): string {
  return writable(prefix === "" ? path : `${prefix}/${path}`);
}

/** A name without a sign that an instruction would read as a pattern or a variable. */
function writable(path: string): string {
  if (!/[*?[\]$"'\\]/.test(path)) return path;
  throw new Refused(`${path} has a sign that can't be written into the Dockerfile`, "rename it");
}
