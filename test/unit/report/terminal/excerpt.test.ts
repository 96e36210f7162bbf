import fc from "fast-check";
import { excerpt } from "../../../../src/report/terminal/excerpt";

test.each<[string, string, number, readonly [string, string]]>([
  ["plain text", "a: [b", 4, ["a: [b", "   ^"]],
  ["the first column", "abc", 1, ["abc", "^"]],
  ["the end of the line", "abc", 4, ["abc", "   ^"]],
  ["tabs, which end where those above end", "\ta:\t[b", 5, ["\ta:\t[b", "\t  \t^"]],
  ["accents, in one character and in two", "e\u0301\u00e9x", 4, ["e\u0301\u00e9x", "  ^"]],
  ["wide characters", "\u65e5\u672cx", 3, ["\u65e5\u672cx", "    ^"]],
  ["halfwidth katakana", "\uff71x", 2, ["\uff71x", " ^"]],
  ["emoji, of two units each", "\u{1f6a2}\u{1f6a2}x", 5, ["\u{1f6a2}\u{1f6a2}x", "    ^"]],
  ["an emoji of several characters", "\u{1f468}\u200d\u{1f469}x", 6, ["\u{1f468}\u200d\u{1f469}x", "  ^"]],
  ["a byte order mark", "\ufeffabc", 3, ["\ufeffabc", " ^"]],
])("the caret stands right after %s", (_what, text, column, shown) => {
  expect(excerpt(text, column)).toEqual(shown);
});

test("what a terminal would obey is not shown", () => {
  expect(excerpt("a\u001b[31m\u202eb", 7)).toEqual(["a\ufffd[31m\ufffdb", "      ^"]);
});

test("a long line is cut around the column, to what a terminal of 80 columns shows", () => {
  const [line, mark] = excerpt(`${"a".repeat(1000)}b${"c".repeat(1000)}`, 1001);
  expect(line).toBe(`…${"a".repeat(37)}b${"c".repeat(36)}…`);
  expect(mark).toBe(`${" ".repeat(38)}^`);
  expect(excerpt(`${"a".repeat(20)}b${"c".repeat(1000)}`, 21)[0]).toBe(
    `${"a".repeat(20)}b${"c".repeat(53)}…`,
  );
  expect(excerpt(`${"a".repeat(1000)}b`, 1001)[0]).toBe(`…${"a".repeat(73)}b`);
  expect(excerpt("a".repeat(76), 70)[0]).toBe("a".repeat(76));
});

test("property: the caret is the mark's last character, and nothing but blanks stand before it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, at) => {
      const [line, mark] = excerpt(text, 1 + (at % (text.length + 1)));
      expect(mark).toMatch(/^[ \t]*\^$/);
      expect(line.replaceAll("\t", "")).not.toMatch(/\p{Cc}/u);
    }),
  );
});
