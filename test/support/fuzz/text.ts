/** Changes of a text that know nothing of YAML: characters, lines, tokens, splices, depth. */
import { oddKeys, oddTexts } from "./odd";
import type { Random } from "./random";

/** Changes a text; `other` is the text of another file of the corpus. */
export type Mutation = (text: string, random: Random, other: string) => string;

function replaceAt(text: string, from: number, length: number, by: string): string {
  return text.slice(0, from) + by + text.slice(from + length);
}

/** One byte of the encoded file, which may be UTF-8 no longer. */
const flipByte: Mutation = (text, random) => {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return "\u0000";
  bytes[random.below(bytes.length)] = random.below(256);
  return bytes.toString("utf8");
};

const cutBytes: Mutation = (text, random) => {
  const bytes = Buffer.from(text);
  const from = random.below(bytes.length + 1);
  const rest = bytes.subarray(from + 1 + random.below(20));
  return Buffer.concat([bytes.subarray(0, from), rest]).toString("utf8");
};

const insertText: Mutation = (text, random) =>
  replaceAt(text, random.below(text.length + 1), 0, random.pick(oddTexts));

const endEarly: Mutation = (text, random) => text.slice(0, random.below(text.length + 1));

function onLines(change: (lines: string[], random: Random, other: string) => void): Mutation {
  return (text, random, other) => {
    const lines = text.split("\n");
    change(lines, random, other);
    return lines.join("\n");
  };
}

const deleteLine = onLines((lines, random) => lines.splice(random.below(lines.length), 1 + random.below(3)));

const repeatLine = onLines((lines, random) => {
  const at = random.below(lines.length);
  lines.splice(at, 0, ...lines.slice(at, at + 1 + random.below(4)));
});

const moveLine = onLines((lines, random) => {
  const moved = lines.splice(random.below(lines.length), 1);
  lines.splice(random.below(lines.length + 1), 0, ...moved);
});

const indentLine = onLines((lines, random) => {
  const at = random.below(lines.length);
  const line = lines[at] ?? "";
  lines[at] = random.chance(0.5) ? line.replace(/^ {1,2}/, "") : random.pick([" ", "  ", "\t"]) + line;
});

const lineEndings: Mutation = (text, random) =>
  text.replaceAll("\n", random.pick(["\r\n", "\r", "\n\n", "\u2028"]));

/** Words, blanks and single marks. */
function tokensOf(text: string): string[] {
  return text.match(/\w+|\s+|[^\w\s]/gu) ?? [];
}

const replaceToken: Mutation = (text, random, other) => {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return random.pick(oddTexts);
  const others = tokensOf(other);
  const by = random.chance(0.5) || others.length === 0 ? random.pick(oddTexts) : random.pick(others);
  tokens[random.below(tokens.length)] = by;
  return tokens.join("");
};

const swapTokens: Mutation = (text, random) => {
  const tokens = tokensOf(text);
  if (tokens.length < 2) return text;
  const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
  [tokens[a], tokens[b]] = [tokens[b] ?? "", tokens[a] ?? ""];
  return tokens.join("");
};

const replaceValue: Mutation = (text, random) => {
  const places = [...text.matchAll(/(?<=: |- ).+$/gm)];
  if (places.length === 0) return text;
  const place = random.pick(places);
  return replaceAt(text, place.index, place[0].length, random.pick(oddTexts));
};

const replaceKey: Mutation = (text, random) => {
  const places = [...text.matchAll(/(?<![\w.-])[\w.-]{1,100}(?=:\s)/g)];
  if (places.length === 0) return text;
  const place = random.pick(places);
  const key = random.pick(oddKeys);
  return replaceAt(text, place.index, place[0].length, random.chance(0.5) ? key : JSON.stringify(key));
};

/** A letter of a key lost, doubled or changed: what people mistype. */
const misspell: Mutation = (text, random) => {
  const places = [...text.matchAll(/(?<![a-z_])[a-z_]{3,100}(?=:)/g)];
  if (places.length === 0) return text;
  const place = random.pick(places);
  const at = place.index + random.below(place[0].length);
  return replaceAt(text, at, random.below(2), random.pick(["", "a", "_", text[at] ?? ""]));
};

const splice: Mutation = (text, random, other) => {
  const [head, tail] = [text.split("\n"), other.split("\n")];
  return [...head.slice(0, random.below(head.length + 1)), ...tail.slice(random.below(tail.length))].join(
    "\n",
  );
};

/** Depth of every kind that a reader may recurse into. */
const nest: Mutation = (text, random) => {
  const depth = random.pick([3, 30, 99, 101, 150, 1_000, 6_000]);
  const [open, close] = random.pick([
    ["[", "]"],
    ["{a: ", "}"],
    ["${A:-", "}"],
    ["- ", ""],
    ["? ", ""],
    ["'", "'"],
    ["!!seq [", "]"],
  ] as const);
  const nested = open.repeat(depth) + close.repeat(random.chance(0.8) ? depth : random.below(depth));
  const places = [...text.matchAll(/(?<=: |- ).+$/gm)];
  if (places.length === 0) return `${text}\nx-deep: ${nested}`;
  const place = random.pick(places);
  return replaceAt(text, place.index, place[0].length, nested);
};

/** One entry below the other, as deep as lines go. */
const staircase: Mutation = (text, random) => {
  const depth = random.pick([20, 99, 101, 400]);
  const steps = Array.from({ length: depth }, (_, level) => `${" ".repeat(level + 1)}a:`);
  return `${text}\n${random.pick(["x-deep", "services", "volumes"])}:\n${steps.join("\n")}\n`;
};

export const textMutations: readonly Mutation[] = [
  flipByte,
  cutBytes,
  insertText,
  endEarly,
  deleteLine,
  repeatLine,
  moveLine,
  indentLine,
  lineEndings,
  replaceToken,
  swapTokens,
  replaceValue,
  replaceKey,
  misspell,
  splice,
  nest,
  staircase,
];
