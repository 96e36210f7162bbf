/**
 * The messages of the program, in one list to be read through (`golden/messages.txt`; GOLDEN=write after a change), and their
 * words: plain ones that need no learning, each with one meaning (docs/glossary.md).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectGolden } from "../support/golden";
import { textsOf } from "../support/source-texts";

const root = join(__dirname, "../../src");

/** Words that no message uses, with what is written instead. */
const others: readonly (readonly [RegExp, string])[] = [
  [/\b(stands?|stood|standing) (in|at|before|for|beside|behind|on|between)\b/, "is, comes, exists"],
  [/\bbears?\b/, "has"],
  [/\banew\b/, "again"],
  [/\b(tells|told) (no|nobody|who|that)\b/, "says, reports"],
  [/\bholds? the stack\b/, "has locked the stack"],
  [/\btake (it|them|the \w+|\S+) out\b/, "remove"],
  [/\btaken? (it )?(down|away)\b/, "remove"],
  [/\bslip of the pen\b/, "typing error"],
  [/\blies (in|at|below|outside|better)\b/, "is, belongs"],
  [/\bheeds?\b/, "reads"],
  [/\b(is|are|be) told (of|to)\b/, "is notified of, is asked to"],
];

/** Words that no comment of the sources uses, with what is written instead. */
const inComments: readonly (readonly [RegExp, string])[] = [
  [/\bbears?\b/, "has"],
  [/\banew\b/, "again"],
  [/\bheeds?\b/, "reads"],
  [/\btold\b/, "reported, passed, asked, notified of"],
  [/\b(stands?|stood|standing)\b/, "is, exists, is deployed, represents"],
  [/\blies\b/, "is"],
  [/\bheld\b/, "kept, pinned, locked"],
  [/\bholds? (the|a) (stack|lease)\b/, "has locked the stack, has the lease"],
  [/\bmade ready\b/, "bootstrapped"],
  [/\btaken back\b/, "rolled back"],
  [/\basked of\b/, "required of, requested from"],
  [/\bthe world\b/, "outside, public DNS"],
];

/** A comment without the names of code in it, which may be any word. */
const withoutNames = (text: string): string => text.replaceAll(/`[^`]*`|@param \w+/g, "");

/** The texts of a source file that are sentences. Scripts that are written out speak a language of their own. */
function sentences(path: string): readonly string[] {
  return textsOf(path)
    .map(({ text }) => text)
    .filter((text) => text.includes(" ") && text.split("\n").length < 5);
}

const texts = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .flatMap((path) => sentences(join(root, path)).map((text) => ({ path, text })));

/** Rooms whose texts are no messages: pages, Dockerfiles and completion scripts that are written out. */
const written = /^(report\/page\/styles|autobuild\/|launcher\/completion\/)/;

test("there are messages to look at, and the list has them all", () => {
  expect(texts.length).toBeGreaterThan(2000);
  const words = texts.filter(({ path, text }) => !written.test(path) && /\p{L}{2,} .*\p{L}{2}/su.test(text));
  const list = [...new Set(words.map(({ path }) => path))].sort().map((path) => {
    const own = words
      .filter((word) => word.path === path)
      .map(({ text }) => text.trim().replaceAll("\n", "\\n"));
    return `${path}\n${[...new Set(own)].map((line) => `  ${line}`).join("\n")}\n`;
  });
  expectGolden(join(__dirname, "golden/messages.txt"), list.join("\n"));
});

test.each(others)("no message says %s, but %s", (word) => {
  expect(texts.filter(({ text }) => word.test(text)).map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

const comments = ["src", "stacks", "scripts"].flatMap((folder) =>
  readdirSync(join(root, "..", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|mjs|yaml)$/.test(path))
    .flatMap((path) =>
      readFileSync(join(root, "..", folder, path), "utf8")
        .split("\n")
        .filter((line) => (path.endsWith(".yaml") ? /^\s*#/ : /^\s*(\*|\/\/|\/\*\*?)/).test(line))
        .map((text) => ({ path: `${folder}/${path}`, text })),
    ),
);

test.each(inComments)("no comment says %s, but %s", (word) => {
  expect(comments.length).toBeGreaterThan(5_000);
  expect(comments.filter(({ text }) => word.test(withoutNames(text)))).toEqual([]);
});
