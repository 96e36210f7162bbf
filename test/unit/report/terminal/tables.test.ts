/** Tables of plain texts are laid out without cli-table3, which loads and measures for longer than all else of a summary. */
import Table from "cli-table3";
import { table } from "../../../../src/report/terminal/tables";

/** The same table by cli-table3. */
function expected(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
  ];
  const more = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  const chars = { ...Object.fromEntries([...none, ...more].map((name) => [name, ""])), middle: "  " };
  const style = { head: [], border: [], "padding-left": 0, "padding-right": 0 };
  const made = new Table({ head: [...head], chars, style });
  for (const row of rows) made.push([...row]);
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

test.each<readonly [string, readonly string[], readonly (readonly string[])[]]>([
  ["no rows", ["SERVICE", "URL"], []],
  [
    "rows",
    ["SERVICE", "URL"],
    [
      ["web", "https://a.example/"],
      ["a-longer-name", ""],
    ],
  ],
  [
    "a head that is wider",
    ["COMPONENT", "A MONTH", "CHANGE"],
    [
      ["a", "$1", "+$1"],
      ["b", "", "-$20.00"],
    ],
  ],
  [
    "no words above a column",
    ["CHANGE", "", "B"],
    [
      ["+", "what", "x"],
      [" - ", "  indented", "x "],
    ],
  ],
  ["no words above any", ["", ""], [["a", "b"]]],
  ["rows of other lengths", ["A", "B"], [["a"], ["a", "b", "c"], []]],
  [
    "colours",
    ["A", "B"],
    [
      ["\u001b[31mred\u001b[39m", "b"],
      ["plain", "c"],
    ],
  ],
  [
    "several lines",
    ["A", "B"],
    [
      ["one\ntwo", "b"],
      ["three", "c"],
    ],
  ],
  [
    "wide characters",
    ["A", "B"],
    [
      ["数据库", "b"],
      ["…–é", "c"],
      ["\u{1F680}", "d"],
    ],
  ],
])("%s", (_what, head, rows) => {
  expect(table(head, rows)).toBe(expected(head, rows));
});
