/**
 * A command line split into words: quotes, backslashes, and what stands in backticks or `$(…)` kept together.
 *
 * As in the reference an unquoted `;`, `&`, `|`, `<` or `>` ends the command: no shell runs it.
 */

/** The words of a command line; undefined where a quote or a bracket stays open. */
export function shellWords(line: string): readonly string[] | undefined {
  return new Splitter().split(line);
}

/** What an open quote of each kind leaves readable: everything up to its own end. */
type Quote = "'" | '"' | "`" | "(";

class Splitter {
  readonly #words: string[] = [];
  #word = "";
  #begun = false;
  readonly #open = new Set<Quote>();

  split(line: string): readonly string[] | undefined {
    let escaped = false;
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
          break;
        }
        if (char === "(" && this.#misplacedBracket()) return undefined;
        this.#append(char);
      }
    }
    this.#end();
    return escaped || this.#open.size > 0 ? undefined : this.#words;
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
