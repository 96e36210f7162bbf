import fc from "fast-check";
import { folded } from "../../../../src/report/terminal/folded";

test("messages are broken between words, and go on below their own", () => {
  const text = [
    "error: compose.yaml:5:15: services.web.volumes[0]: a task can't see the folder",
    "  fix: for what the program writes a named volume; for files, move them",
    "",
  ].join("\n");
  expect(folded(text, 50)).toBe(
    [
      "error: compose.yaml:5:15: services.web.volumes[0]:",
      "  a task can't see the folder",
      "  fix: for what the program writes a named volume;",
      "       for files, move them",
      "",
    ].join("\n"),
  );
});

test("tables, files and logs stay as they are", () => {
  const text = ["COMPONENT  A MONTH", "  web: {build: .}", "    error: of the log"]
    .map((line) => `${line} ${"x ".repeat(60)}`)
    .join("\n");
  expect(folded(text, 80)).toBe(text);
});

test("a word that is longer than a line stays whole, and so does everything in a very narrow terminal", () => {
  expect(folded(`note: ${"x".repeat(90)} y`, 80)).toBe(`note:\n  ${"x".repeat(90)}\n  y`);
  expect(folded(`note: ${"x ".repeat(90)}`, 39)).toBe(`note: ${"x ".repeat(90)}`);
});

test("property: no word is lost, and no line of short words is too long", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 200 }), (list, columns) => {
      const lines = folded(`warning: ${list.join(" ")}`, columns).split("\n");
      expect(lines.join(" ").split(/ +/)).toEqual(["warning:", ...list]);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }),
  );
});
