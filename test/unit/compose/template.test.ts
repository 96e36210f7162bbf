import fc from "fast-check";
import { interpolate, TemplateError } from "../../../src/compose/template";

const values: Readonly<Record<string, string>> = { SET: "value", EMPTY: "" };
const variables = { get: (name: string) => values[name], unset: (name: string) => `<${name}>` };

test.each([
  ["plain", "plain"],
  ["$SET ${SET}", "value value"],
  ["$NOPE|${NOPE}", "<NOPE>|<NOPE>"],
  ["$$SET $${SET}", "$SET ${SET}"],
  ["$1 $ $-", "$1 $ $-"],
  ["${SET:-d} ${EMPTY:-d} ${NOPE:-d}", "value d d"],
  ["${SET-d} ${EMPTY-d} ${NOPE-d}", "value  d"],
  ["${SET:+r} ${EMPTY:+r} ${NOPE:+r}", "r  "],
  ["${SET+r} ${EMPTY+r} ${NOPE+r}", "r r "],
  ["${SET:?e} ${SET?e} [${EMPTY?e}]", "value value []"],
  ["${NOPE:-${SET}}", "value"],
  ["${NOPE:-${OTHER:-deep $SET}}!", "deep value!"],
  ['${NOPE:-{"a":{"b":1}}}', '{"a":{"b":1}}'],
  ["${NOPE:-a:b?c-d+e}", "a:b?c-d+e"],
  ["${NOPE:-}", ""],
])("%s becomes %s", (template, expected) => {
  expect(interpolate(template, variables)).toBe(expected);
});

test.each(["${", "${}", "${1}", "${SET", "${SET!x}", "${ SET }", "${SET:-a\nb}"])(
  "%s is refused",
  (template) => {
    expect(() => interpolate(template, variables)).toThrow(TemplateError);
  },
);

test("a required variable that is missing is told with its message", () => {
  expect(() => interpolate("${NOPE:?set it, $SET}", variables)).toThrow(
    "the required variable NOPE has no value: set it, value",
  );
});

test("a message never quotes the text", () => {
  expect(() => interpolate("hunter2${", variables)).toThrow(/^(?!.*hunter2)/);
});

test("values that double each other end in an error, not in the memory's end", () => {
  const long = { get: () => "x".repeat(1000), unset: () => "" };
  expect(() => interpolate("$A".repeat(2000), long)).toThrow(TemplateError);
});

test("property: a text with its dollars doubled stays as it is", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(interpolate(text.replaceAll("$", "$$$$"), variables)).toBe(text);
    }),
  );
});

test("property: whatever the text, it is interpolated or refused", () => {
  const part = fc.constantFrom("$", "{", "}", "${", "SET", "NOPE", ":-", "-", "?", ":+", "\n", "x", " ");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      try {
        expect(typeof interpolate(parts.join(""), variables)).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
      }
    }),
  );
});

test("property: the braces of a default are kept whatever they hold", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z ,.:/-]*$/), (word) => {
      expect(interpolate(`\${NOPE:-${word}}|`, variables)).toBe(`${word}|`);
      expect(interpolate(`\${SET:-${word}}|`, variables)).toBe("value|");
    }),
  );
});
