import fc from "fast-check";
import { readDotenv } from "../../../src/compose/dotenv";
import { Problems } from "../../../src/compose/problems";
import { SourceFile } from "../../../src/compose/tree";

function read(text: string, outside: Readonly<Record<string, string>> = {}) {
  const problems = new Problems();
  const into = new Map<string, string>();
  readDotenv(new SourceFile(".env", text), into, {
    outside: (name) => (Object.hasOwn(outside, name) ? outside[name] : undefined),
    unset: () => "",
    problems,
  });
  problems.check();
  return Object.fromEntries(into);
}

test.each([
  ["A=1\nB=2", { A: "1", B: "2" }],
  ["# c\n\n  A=1  \n", { A: "1" }],
  ["export A=1", { A: "1" }],
  ["A: yaml\nB : c", { A: "yaml", B: "c" }],
  ["A=a # comment\nB=a#b", { A: "a", B: "a#b" }],
  ["A=\nB=", { A: "", B: "" }],
  ["A='$B \\n it\\'s'", { A: "$B \\n it's" }],
  ['A="a\\nb \\"q\\" \\$x"', { A: 'a\nb "q" $x' }],
  ['A="multi\nline"\nB=1', { A: "multi\nline", B: "1" }],
  ["A=1\nB=${A} $A ${N:-d}", { A: "1", B: "1 1 d" }],
  ["A=b=c==", { A: "b=c==" }],
  ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["\uFEFFA=1", { A: "1" }],
  ["a.b-c=1", { "a.b-c": "1" }],
  ['A={"a":1}', { A: '{"a":1}' }],
  ["__proto__=1\nA=$__proto__", { A: "1" }],
])("%j", (text, expected) => {
  expect(read(text)).toMatchObject(expected);
});

test("a name alone takes its value from outside", () => {
  expect(read("A\nB\n", { A: "x" })).toEqual({ A: "x" });
});

test("outside wins in a file's own values", () => {
  expect(read("A=1\nB=$A", { A: "outer" })).toEqual({ A: "1", B: "outer" });
});

test.each([
  ["A B=1", 1],
  ["A=1\nhunter2!", 2],
  ["A=1\nB='open\n", 2],
  ["A=${", 1],
])("%j is refused with its line, and never shown", (text, line) => {
  try {
    read(text);
    throw new Error("not refused");
  } catch (error) {
    expect(error).toMatchObject({ problems: [{ location: { file: ".env", line } }] });
    expect(JSON.stringify(error)).not.toContain("hunter2");
  }
});

test("property: single-quoted values are kept as they are", () => {
  const value = fc.string().filter((text) => !/['\\]/.test(text));
  fc.assert(
    fc.property(value, (text) => {
      expect(read(`A='${text}'\nB=1`)).toEqual({ A: text, B: "1" });
    }),
  );
});

test.each([
  [Buffer.from("\uFEFFA=1\nB=2\n", "utf16le"), /^it is UTF-16/],
  [Buffer.from("# clé\nA=caf\u00e9\n", "latin1"), /^the value of A is not UTF-8$/],
])("a file that is not UTF-8 is told as such, once", (bytes, message) => {
  expect(() => read(bytes.toString("utf8"))).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({
          message: expect.stringMatching(message) as string,
          hint: expect.stringContaining("UTF-8") as string,
        }),
      ],
    }) as Error,
  );
});
