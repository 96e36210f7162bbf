/** A RUN that is a here-document becomes the words that BuildKit starts. */
import { withHereDocuments } from "../../../../src/builds/rewrite/here-documents";
import { unchanged } from "../../../../src/builds/rewrite/written";
import { instructionsOf } from "../../../../src/dockerfile/dockerfile";

const of = (text: string) => withHereDocuments(unchanged(text), "project");

test.each([
  ["one", "FROM a\nRUN <<EOF\nx=1\necho $x\nEOF\nCMD y", ["/bin/sh", "-c", "x=1\necho $x\n"]],
  ["a quoted word", "FROM a\nRUN <<'E'\necho \"$x\"\nE\nCMD y", ["/bin/sh", "-c", 'echo "$x"\n']],
  ["tabs", "FROM a\nRUN <<-E\n\tx\n\t\ty\n\tE\nCMD y", ["/bin/sh", "-c", "x\ny\n"]],
  [
    "a shell",
    'FROM a\nSHELL ["/bin/bash", "-ec"]\nRUN <<E\nx\nE\nSHELL ["no"]\nCMD y',
    ["/bin/bash", "-ec", "x\n"],
  ],
  [
    "the shell of a stage that it begins with",
    'FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM c\nFROM b\nRUN <<E\nx\nE',
    ["/bin/bash", "-c", "x\n"],
  ],
  [
    "no shell of another stage",
    'FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM c\nRUN <<E\nx\nE',
    ["/bin/sh", "-c", "x\n"],
  ],
])("%s", (_name, text, words) => {
  const { text: written, problems, lines } = of(text);
  const run = instructionsOf(written).find(({ keyword }) => keyword === "RUN");
  expect(JSON.parse(run?.text.slice("RUN ".length) ?? "")).toEqual(words);
  expect(run?.line).toBe(text.split("\n").findIndex((line) => line.startsWith("RUN")) + 1);
  // Every other line stays where it is.
  expect(lines).toEqual(text.split("\n").map((_line, index) => index + 1));
  expect(instructionsOf(written).map(({ keyword, line }) => [keyword, line])).toEqual(
    instructionsOf(text).map(({ keyword, line }) => [keyword, line]),
  );
  expect(problems).toEqual([]);
});

test("a script with an interpreter of its own is a file that is mounted", () => {
  const { text, copies } = of(
    "FROM a\nRUN --mount=type=cache,target=/c <<EOF\n#! /usr/bin/env -S python3 -u\nprint(1)\nEOF\n",
  );
  expect(text.split("\n")[1]).toBe(
    "RUN --mount=type=bind,source=../berth/scripts/0/EOF,target=/dev/pipes/EOF --mount=type=cache,target=/c " +
      '["/usr/bin/env","-S python3 -u","/dev/pipes/EOF"]',
  );
  expect(copies).toEqual([
    { place: "berth/scripts/0/EOF", text: "#! /usr/bin/env -S python3 -u\nprint(1)\n" },
  ]);
});

test.each([
  "FROM a\nRUN <<EOF cat > /x\ny\nEOF\n",
  "FROM a\nRUN cat <<A && cat <<B\na\nA\nb\nB\n",
  "FROM a\nCOPY <<EOF /x\ny\nEOF\n",
  "FROM a\nRUN <<EOF\nit has no end\n",
  "FROM a\nRUN x\n",
])("%j stays as it is", (text) => {
  expect(of(text)).toEqual(unchanged(text));
});

test("one that fits on no line of a Dockerfile is told with its line", () => {
  expect(of(`FROM a\nRUN <<EOF\n${"x".repeat(70_000)}\nEOF\n`).problems).toEqual([
    {
      line: 2,
      message: "the builder runs no here-document of more than 65 kB",
      hint: "COPY it as a file, and run that",
    },
  ]);
});
