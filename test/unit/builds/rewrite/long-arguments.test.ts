/** Arguments and labels that RunTask has no room for stand in the Dockerfile. */
import { argumentsLeft, withLongArguments } from "../../../../src/builds/rewrite/long-arguments";
import { unchanged } from "../../../../src/builds/rewrite/written";

const long = "y".repeat(9_000);
const text = "ARG BASE=a\nFROM $BASE AS one\nARG LONG OTHER=2 QUOTE\nRUN x\nFROM two";
const given = {
  args: { LONG: long, QUOTE: `it's "$5" \\`, BASE: "b", LINES: "a\nb" },
  labels: { "com.example.a": "it is $x" },
  target: "one",
};

test("each ARG gets its value, and the stage that is built its labels", () => {
  const written = withLongArguments(unchanged(text), given);
  expect(written.text.split("\n")).toEqual([
    "ARG BASE='b'",
    "FROM $BASE AS one",
    `ARG LONG='${long}' OTHER=2 QUOTE="it's \\"\\$5\\" \\\\"`,
    "RUN x",
    "LABEL 'com.example.a'='it is $x'",
    "FROM two",
  ]);
  expect(written.lines).toEqual([1, 2, 3, 4, 4, 5]);
});

test("what no line can hold stays on the command line", () => {
  expect(argumentsLeft(given)).toEqual({ args: { LINES: "a\nb" }, labels: {} });
});

test("what is short stays as it is", () => {
  const short = { args: { LONG: "1" }, labels: { a: "b" } };
  expect(withLongArguments(unchanged(text), short).text).toBe(text);
  expect(argumentsLeft(short)).toEqual(short);
});
