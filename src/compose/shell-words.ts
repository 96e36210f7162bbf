/**
 * A command line split into words: quotes, backslashes, and what is in backticks or `$(…)` kept together.
 *
 * As in the reference an unquoted `;`, `&`, `|`, `<` or `>` ends the command: no shell runs it.
 */

/** A command line, split. */
export interface CommandLine {
  readonly words: readonly string[];
  /** The character that ends the command where more of the line follows. @default all of the line is the command */
  readonly cut?: string;
}

/** @returns undefined where a quote or a bracket stays open */
export function commandLine(line: string): CommandLine | undefined {
  return new Splitter().split(line);
}

/** What an open quote of each kind leaves readable: everything up to its own end. */
type Quote = "'" | '"' | "`" | "(";

class Splitter {
  readonly #words: string[] = [];
  #word = "";
  #begun = false;
  readonly #open = new Set<Quote>();

  split(line: string): CommandLine | undefined {
    let escaped = false;
    let cut: string | undefined;
    for (const char of line) {
      if (escaped || (char === "\\" && this.#open.has("'"))) {
        this.#append(char);
        escaped = false;
      } else if (char === "\\") {
        escaped = true;
      } else if (/[ \t\r\n]/.test(char)) {
        if (this.#open.size > 0) this.#word += char;
        else this.#end();
      } else if (!this.#quote(char)) {
        if (this.#open.size === 0 && /[;&|<>]/.test(char)) {
          if (char === ">" && /^[0-9]/.test(this.#word)) this.#begun = false;
          cut = char;
          break;
        }
        if (char === "(" && this.#misplacedBracket()) return undefined;
        this.#append(char);
      }
    }
    this.#end();
    if (escaped || this.#open.size > 0) return undefined;
    return { words: this.#words, ...(cut === undefined ? {} : { cut }) };
  }

  /** Opens or closes a quote; true where the character is not part of the word. */
  #quote(char: string): boolean {
    if (char === '"' && !this.#within("'", "(")) return this.#toggle('"');
    if (char === "'" && !this.#within('"', "(")) return this.#toggle("'");
    if (char === "`" && !this.#within("'", '"', "(")) this.#flip("`");
    if (char === ")" && !this.#within("'", '"', "`")) this.#flip("(");
    if (char === "(" && !this.#within("'", '"', "`", "(") && this.#word.endsWith("$")) {
      this.#open.add("(");
      this.#word += "(";
      return true;
    }
    return false;
  }

  #misplacedBracket(): boolean {
    return !this.#within("'", '"', "`");
  }

  #toggle(quote: Quote): boolean {
    if (this.#open.has(quote)) this.#begun = true;
    this.#flip(quote);
    return true;
  }

  #flip(quote: Quote): void {
    if (!this.#open.delete(quote)) this.#open.add(quote);
  }

  #within(...quotes: readonly Quote[]): boolean {
    return quotes.some((quote) => this.#open.has(quote));
  }

  #append(char: string): void {
    this.#word += char;
    this.#begun = true;
  }

  #end(): void {
    if (!this.#begun) return;
    this.#words.push(this.#word);
    this.#word = "";
    this.#begun = false;
  }
}
