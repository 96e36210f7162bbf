/**
 * Interpolation of one text: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
 * `${NAME?message}`, `${NAME:+replacement}`, `${NAME+replacement}`, nested in each other, and `$$` for a dollar
 * (Compose Specification, "Interpolation").
 */

/** How a text's variables are looked up. */
export interface Variables {
  /** The value of a variable; undefined where it is not set. */
  get(name: string): string | undefined;
  /** What replaces a variable that is not set and has no default. */
  unset(name: string): string;
}

/** A text that cannot be interpolated. Its message never quotes the text, which may hold a secret. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** No value that a person writes is longer; one that is has been made of variables that double each other. */
const longest = 1 << 20;
const deepest = 50;

const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const operator = /:?[-?+]/y;

/**
 * The text with its variables replaced.
 *
 * @throws TemplateError where a `${` has no valid end, or a required variable is missing
 */
export function interpolate(text: string, variables: Variables): string {
  return text.includes("$") ? substitute(text, variables, 0) : text;
}

function substitute(text: string, variables: Variables, depth: number): string {
  if (depth > deepest) throw new TemplateError(`variables are nested deeper than ${deepest} levels`);
  let result = "";
  let from = 0;
  for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", from)) {
    result += text.slice(from, at);
    const expanded = expand(text, at + 1, variables, depth);
    result += expanded.value;
    from = expanded.end;
    if (result.length > longest)
      throw new TemplateError(`the value grows to more than ${longest} characters`);
  }
  return result + text.slice(from);
}

interface Expanded {
  readonly value: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** Expands what follows a dollar. */
function expand(text: string, at: number, variables: Variables, depth: number): Expanded {
  if (text[at] === "$") return { value: "$", end: at + 1 };
  if (text[at] === "{") return braced(text, at + 1, variables, depth);
  const found = match(name, text, at);
  if (found === undefined) return { value: "$", end: at };
  return { value: variables.get(found) ?? variables.unset(found), end: at + found.length };
}

function braced(text: string, at: number, variables: Variables, depth: number): Expanded {
  const variable = match(name, text, at);
  if (variable === undefined) throw invalid();
  const after = at + variable.length;
  if (text[after] === "}") {
    return { value: variables.get(variable) ?? variables.unset(variable), end: after + 1 };
  }
  const sign = match(operator, text, after);
  if (sign === undefined) throw invalid();
  const start = after + sign.length;
  const end = closingBrace(text, start);
  const value = decide(variable, sign, text.slice(start, end), variables, depth + 1);
  return { value, end: end + 1 };
}

function decide(variable: string, sign: string, word: string, variables: Variables, depth: number): string {
  const value = variables.get(variable);
  const given = value !== undefined && !(sign.startsWith(":") && value === "");
  switch (sign.at(-1)) {
    case "-":
      return given ? value : substitute(word, variables, depth);
    case "+":
      return given ? substitute(word, variables, depth) : (value ?? "");
    default: {
      if (given) return value;
      const reason = substitute(word, variables, depth);
      const told = reason === "" ? "" : `: ${reason}`;
      throw new TemplateError(`the required variable ${variable} has no value${told}`, `set ${variable}`);
    }
  }
}

/** The brace that closes, braces in between counted; where they do not add up, the last one of the line. */
function closingBrace(text: string, start: number): number {
  const lineEnd = text.indexOf("\n", start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  let open = 1;
  for (let at = start; at < end; at += 1) {
    if (text[at] === "{") open += 1;
    else if (text[at] === "}") open -= 1;
    if (open === 0) return at;
  }
  const last = text.lastIndexOf("}", end - 1);
  if (last < start) throw invalid();
  return last;
}

function invalid(): TemplateError {
  return new TemplateError("a variable has an invalid form", "write ${NAME}, or $$ for a dollar");
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
