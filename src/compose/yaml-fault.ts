/** What the parser of YAML finds wrong, with what to write instead. */
import type { ErrorCode } from "yaml";

/** Fixes of the faults that people make; the parser's other sentences say what they expect. */
const fixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: "indent with spaces, two for each level",
  BAD_INDENT: "give it as many spaces as the keys beside it, and two more than the key that it belongs to",
  BLOCK_AS_IMPLICIT_KEY: 'begin a new line after the key, or quote the text: "key: value"',
  MULTILINE_IMPLICIT_KEY: "a colon and a space are missing behind the key, or a quote at the end of a text",
  BAD_DQ_ESCAPE: "double the backslash, or use single quotes",
  BAD_SCALAR_START: "quote the text: it begins with a sign that YAML has for itself",
  BLOCK_IN_FLOW: "close the bracket before, or write the whole value in brackets",
  UNEXPECTED_TOKEN: "check the brackets, quotes and dashes of this line and of the one before",
};

export function yamlFault({ code, message }: { readonly code: ErrorCode; readonly message: string }): {
  readonly message: string;
  readonly hint: string | undefined;
} {
  const [first = message] = message.split("\n");
  const isOpen = code === "MISSING_CHAR" || /end with a [}\]]/.test(first);
  const hint = isOpen ? missing(first) : fixes[code];
  return { message: `invalid YAML: ${first.replace(/\.$/, "")}`, hint };
}

function missing(message: string): string {
  if (/quote/.test(message)) return "close the quote";
  if (/flow|bracket|[\]}]/i.test(message)) return "close the bracket, or put a comma between the values";
  return "a space, a colon or a closing sign is missing here";
}
