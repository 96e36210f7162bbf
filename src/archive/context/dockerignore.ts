/**
 * The rules of a `.dockerignore` file, as the builders apply them (moby/patternmatcher and its ignorefile reader).
 *
 * A file is out when the last rule that matches it, or a directory above it, is no exception (`!`). Each file is
 * judged by itself, as BuildKit and Kaniko do: an exception also brings back what is in a directory that is out.
 */
import { posix } from "node:path";
import { refusal } from "../errors";

interface Rule {
  readonly exception: boolean;
  /** The pattern's letters before its first wildcard. */
  readonly literal: string;
  matches(path: string): boolean;
}

export class IgnoreRules {
  readonly #rules: readonly Rule[];

  /**
   * @param text - of the ignore file
   * @param file - its name, for the message
   * @throws BerthError (project) with the line of a pattern that cannot be read
   */
  constructor(text: string, file: string) {
    this.#rules = text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .flatMap((line, index) => parseLine(line, `${file}:${index + 1}`));
  }

  /** Whether the path, relative to the context, stays out of it. */
  ignores(path: string): boolean {
    const ancestors = ancestorsOf(path);
    let ignored = false;
    for (const rule of this.#rules) {
      if (rule.exception !== ignored) continue;
      if (rule.matches(path) || ancestors.some((ancestor) => rule.matches(ancestor)))
        ignored = !rule.exception;
    }
    return ignored;
  }

  /** Whether an exception may bring back something below a directory that is out. */
  mayKeepBelow(directory: string): boolean {
    const prefix = `${directory}/`;
    return this.#rules.some(
      ({ exception, literal }) => exception && (literal.startsWith(prefix) || prefix.startsWith(literal)),
    );
  }
}

function ancestorsOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1))
    found.push(path.slice(0, end));
  return found;
}

function parseLine(line: string, where: string): readonly Rule[] {
  const trimmed = line.trim();
  if (line.startsWith("#") || trimmed === "") return [];
  const exception = trimmed.startsWith("!");
  const body = exception ? trimmed.slice(1).trim() : trimmed;
  if (body === "")
    throw refusal(where, 'the pattern is a lone "!"', { hint: "write what the exception is for" });
  const pattern = cleanPattern(body);
  try {
    return [{ exception, literal: /^[^*?[\\]*/.exec(pattern)?.[0] ?? "", matches: matcher(pattern) }];
  } catch (cause) {
    throw refusal(where, `the pattern ${JSON.stringify(body)} is malformed`, {
      hint: "close every [ and put a character after every \\",
      cause,
    });
  }
}

/** Go's `filepath.Clean` without the leading slash: `/a//b/../c/` is `a/c`. */
function cleanPattern(pattern: string): string {
  const clean = posix.normalize(pattern);
  const open = clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
  return open.length > 1 && open.startsWith("/") ? open.slice(1) : open;
}

/** Patterns without wildcards but `**` at one end are compared as text, which for `**name` reaches inside names. */
function matcher(pattern: string): (path: string) => boolean {
  const plain = (text: string): boolean => !/[*?[\]\\]/.test(text);
  if (plain(pattern)) return (path) => path === pattern;
  if (pattern.startsWith("**") && plain(pattern.slice(2))) {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || `/${path}` === suffix;
  }
  if (pattern.endsWith("**") && plain(pattern.slice(0, -2))) {
    const prefix = pattern.slice(0, -2);
    return (path) => path.startsWith(prefix);
  }
  const expression = new RegExp(`^${expressionOf(pattern)}$`, "u");
  return (path) => expression.test(path);
}

const token = /\*\*\/?$|\*\*\/?|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|[^]/gsu;

function expressionOf(pattern: string): string {
  return pattern.replace(token, (part, offset: number) => {
    if (part.startsWith("**")) return offset + part.length === pattern.length ? ".*" : "(?:.*/)?";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("[") && part.length > 2) return classOf(part);
    if (part === "[" || part === "\\") throw new SyntaxError("syntax error in pattern");
    return escapeLiteral(part.startsWith("\\") ? part.slice(1) : part);
  });
}

/** A class like `[^a-z]`: its letters are literal but for `-` between two and the leading `^`. */
function classOf(part: string): string {
  const negated = part.startsWith("[^");
  const body = part.slice(negated ? 2 : 1, -1);
  if (!/^(?:(?:\\.|[^-\\])(?:-(?:\\.|[^-\\]))?)+$/su.test(body))
    throw new SyntaxError("syntax error in pattern");
  const inner = body.replace(
    /\\(.)|(.)/gsu,
    (_whole, escaped: string | undefined, letter: string | undefined) => {
      if (letter === "-") return "-";
      return escaped === "-" ? "\\-" : escapeLiteral(escaped ?? letter ?? "");
    },
  );
  return `[${negated ? "^" : ""}${inner}]`;
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
