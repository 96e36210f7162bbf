/**
 * Files of variables: `.env`, `env_file`, `label_file`.
 *
 * The syntax is that of the reference: `NAME=value`, `NAME: value`, `export NAME=value`; a `NAME` alone takes the
 * value from outside; single quotes keep a value as it is, double quotes know escapes and variables, both may span lines;
 * an unquoted value ends at ` #` or the line's end and knows variables.
 */
import { encodingFault, isUtf16, utf16 } from "../utf8";
import type { Problems } from "./problems";
import { interpolate, TemplateError, type Variables } from "./template";
import type { SourceFile } from "./tree";

/** How the file is read. */
export interface DotenvContext {
  /** Variables from outside the file: they win over the file's in its own values. */
  readonly outside: (name: string) => string | undefined;
  readonly unset: (name: string) => string;
  readonly problems: Problems;
}

/** Reads a file's variables into a map that may hold those of files before it. */
export function readDotenv(file: SourceFile, into: Map<string, string>, context: DotenvContext): void {
  new DotenvReader(file, into, context).read();
}

const space = "[\\t\\v\\f\\r \\u0085\\u00a0]";
const blank = /[\s\u0085]*/y;
const exported = new RegExp(`export[\\s]${space}*`, "y");
/** Letters, digits and `_ . - [ ]`; blanks are looked at afterwards, to be refused in so many words. */
const nameAndEnd = new RegExp(`((?:[\\p{L}\\p{N}_.\\-[\\]]|${space})*)(=|:|\\n|$)`, "uy");
const spaces = new RegExp(`${space}*`, "y");
const escape = /\\(?:([abfnrtv\\"])|0([0-7]{3})|(\$))/g;

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

class DotenvReader {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly into: Map<string, string>,
    private readonly context: DotenvContext,
  ) {
    this.#text = file.text;
    if (this.#text.startsWith("\uFEFF")) this.#at = 1;
    this.#variables = {
      get: (name) => context.outside(name) ?? into.get(name),
      unset: context.unset,
    };
  }

  read(): void {
    if (isUtf16(this.#text)) {
      this.#problem(utf16.message, 0, utf16.hint);
      return;
    }
    for (;;) {
      this.#match(blank);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === "#") this.#at = this.#lineEnd();
      else this.#statement();
    }
  }

  #statement(): void {
    const start = this.#at;
    this.#match(exported);
    const [, written = "", end] = this.#match(nameAndEnd) ?? [];
    const name = written.trimEnd();
    if (end === undefined || name === "" || /\s/.test(name)) {
      this.#refuse(start);
      return;
    }
    if (end === "\n" || end === "") {
      const value = this.context.outside(name);
      if (value !== undefined) this.into.set(name, value);
      return;
    }
    this.#match(spaces);
    const value = this.#value(start);
    const fault = encodingFault(value ?? "");
    if (fault !== undefined) this.#problem(`the value of ${name} is not UTF-8`, start, fault.hint);
    else if (value !== undefined) this.into.set(name, value);
  }

  /** The text is not quoted: it may be a line of a key. */
  #refuse(start: number): void {
    this.#problem("a name may have letters, digits, _, . and -, and no space", start, "write NAME=value");
    this.#at = this.#lineEnd(start);
  }

  #value(start: number): string | undefined {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote, start);
    const end = this.#lineEnd();
    const line = this.#text.slice(this.#at, end);
    this.#at = end;
    const comment = line.indexOf(" #");
    return this.#expand((comment < 0 ? line : line.slice(0, comment)).replace(/[\s\u0085]+$/, ""), start);
  }

  #quoted(quote: string, start: number): string | undefined {
    let value = "";
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      const char = this.#text.charAt(at);
      if (char === quote) {
        this.#at = at + 1;
        return quote === "'" ? value : this.#expand(unescape(value), start);
      }
      if (char === "\\" && at + 1 < this.#text.length) {
        at += 1;
        const next = this.#text.charAt(at);
        value += next === quote ? next : `\\${next}`;
      } else {
        value += char;
      }
    }
    this.#problem("the quotes are not closed", start);
    this.#at = this.#text.length;
    return undefined;
  }

  #expand(value: string, start: number): string | undefined {
    try {
      return interpolate(value, this.#variables);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#problem(error.message, start, error.hint);
      return undefined;
    }
  }

  #problem(message: string, offset: number, hint?: string): void {
    const at = { file: this.file, offset };
    this.context.problems.add(message, { path: this.file.path, hint, at, secretive: true });
  }

  #lineEnd(from = this.#at): number {
    const end = this.#text.indexOf("\n", from);
    return end < 0 ? this.#text.length : end;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found ?? undefined;
  }
}

function unescape(value: string): string {
  return value.replace(escape, (_all, letter?: string, octal?: string) => {
    if (letter !== undefined) return escapes[letter] ?? letter;
    return octal === undefined ? "$$" : String.fromCharCode(Number.parseInt(octal, 8));
  });
}
