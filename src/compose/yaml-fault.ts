/** What the parser of YAML finds wrong, with what to write instead. */
import type { ErrorCode } from "yaml";

/** Fixes of the faults that people make; the parser's other sentences say what they expect. */
const fixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: "indent with spaces, two for each level",
  BAD_INDENT: "give it as many spaces as the keys beside it, and two more than the key that it belongs to",
  BLOCK_AS_IMPLICIT_KEY: 'quote a value that has a colon in it: "key: value"',
  MULTILINE_IMPLICIT_KEY: "a colon and a space are missing behind the key, or a quote at the end of a text",
  BAD_DQ_ESCAPE: "double the backslash, or use single quotes",
  BAD_SCALAR_START: "quote the text: it begins with a sign that YAML has for itself",
  BLOCK_IN_FLOW: "close the bracket before, or write the whole value in brackets",
  UNEXPECTED_TOKEN: "check the brackets, quotes and dashes of this line and of the one before",
};

/** Sentences in place of the parser's, where those speak of the parser's own rules. */
const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: "a colon makes a second key of a value",
  MULTILINE_IMPLICIT_KEY: "a key has no colon behind it",
};

/** A fault of the parser, with the text that it was found in. */
interface YamlFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** One slip is often several faults to the parser, which all begin at it: the first of each. */
export function slips<F extends YamlFault>(faults: readonly F[]): readonly F[] {
  return faults.filter(({ pos }, index) => faults.findIndex((other) => other.pos[0] === pos[0]) === index);
}

export function yamlFault(
  { code, message, pos }: YamlFault,
  text: string,
): {
  readonly message: string;
  readonly hint: string | undefined;
} {
  const [first = message] = message.split("\n");
  if (code === "BLOCK_AS_IMPLICIT_KEY" && isDeeper(text, pos[0]))
    return {
      message: "invalid YAML: the next line is indented further, so it belongs to this value",
      hint: "begin the next line below the first letter of this one's key",
    };
  const isOpen = code === "MISSING_CHAR" || /end with a [}\]]/.test(first);
  const hint = isOpen ? missing(first) : fixes[code];
  return { message: `invalid YAML: ${sentences[code] ?? first.replace(/\.$/, "")}`, hint };
}

/** Whether the line after the one of a value begins further to the right, with a key: it goes on with that value. */
function isDeeper(text: string, offset: number): boolean {
  const begin = text.lastIndexOf("\n", offset - 1) + 1;
  const [line = "", next = ""] = text
    .slice(begin)
    .split("\n")
    .filter((each) => each.trim() !== "");
  return /^[\w.-]+ *:(?: |\r?$)/.test(next.trimStart()) && next.search(/\S/) > line.search(/\S/);
}

function missing(message: string): string {
  if (/quote/.test(message)) return "close the quote";
  if (/flow|bracket|[\]}]/i.test(message)) return "close the bracket, or put a comma between the values";
  return "a space, a colon or a closing sign is missing here";
}
