import fc from "fast-check";
import { neededStages, parseDockerfile, stageNumber, stepsOf } from "../../../src/dockerfile/dockerfile";

const steps = (text: string, target?: string): readonly string[] =>
  stepsOf(parseDockerfile(text), target).map((step) => `${step.line} ${step.text}`);

test.each<[string, string, readonly string[]]>([
  ["instructions with their lines", "FROM a\n\n# note\nRUN x\nCMD y", ["4 RUN x", "5 CMD y"]],
  ["keywords in any case", "from a\nrun x", ["2 RUN x"]],
  [
    "continued lines, with comments between",
    "FROM a\nRUN a \\\n # note\n\n  b\\\nc\nCMD d",
    ["2 RUN a bc", "7 CMD d"],
  ],
  ["Windows' line ends", "FROM a\r\nRUN x \\\r\n y\r\n", ["2 RUN x y"]],
  ["another escape", "# escape=`\nFROM a\nRUN dir c:\\\nRUN x `\n y", ["3 RUN dir c:\\", "4 RUN x y"]],
  [
    "a directive after a comment is none",
    "# note\n# escape=`\nFROM a\nRUN x `\nRUN y",
    ["4 RUN x `", "5 RUN y"],
  ],
  ["here-documents", "FROM a\nRUN <<EOF\nRUN no\nEOF\nRUN y", ["2 RUN <<EOF", "5 RUN y"]],
  [
    "indented ends",
    'FROM a\nCOPY <<-"A" <<B /d\n x\n\tA\nB no\nB\nRUN y',
    ['2 COPY <<-"A" <<B /d', "7 RUN y"],
  ],
  ["arguments before the first stage", "ARG V=1\nFROM a:$V\nRUN x", ["3 RUN x"]],
  ["no Dockerfile at all", "hello\n\n%%%", []],
  ["nothing", "", []],
])("%s", (_name, text, expected) => {
  expect(steps(text)).toEqual(expected);
});

describe("stages", () => {
  const text = [
    "FROM --platform=$BUILDPLATFORM node AS deps",
    "RUN deps",
    "FROM deps AS Test",
    "RUN test",
    "FROM golang AS tools",
    "RUN tools",
    "FROM nginx",
    "COPY --from=deps /a /a",
    "RUN --mount=type=bind,from=tools,source=/t,target=/t final",
  ].join("\n");

  test.each([
    [
      undefined,
      [
        "RUN deps",
        "RUN tools",
        "COPY --from=deps /a /a",
        "RUN --mount=type=bind,from=tools,source=/t,target=/t final",
      ],
    ],
    ["test", ["RUN deps", "RUN test"]],
    ["TOOLS", ["RUN tools"]],
    ["none", []],
  ])("a build of %s carries out what it needs", (target, expected) => {
    expect(stepsOf(parseDockerfile(text), target).map((step) => step.text)).toEqual(expected);
  });

  test("are found by name, and the last one by none", () => {
    const stages = parseDockerfile(text);
    expect([undefined, "deps", "Test", "x"].map((name) => stageNumber(stages, name))).toEqual([
      3,
      0,
      1,
      undefined,
    ]);
    expect(stageNumber([], undefined)).toBeUndefined();
  });

  test("by number, and a name that comes later is another image", () => {
    const other = "FROM a\nRUN 0\nFROM b\nCOPY --from=0 x y\nCOPY --from=later x y\nFROM c AS later";
    expect(parseDockerfile(other).map(({ needs }) => needs)).toEqual([[], [0], []]);
  });
});

test("whatever the text, it is read to its end", () => {
  const line = fc.constantFrom(
    "FROM a AS b",
    "RUN x \\",
    "RUN <<EOF",
    "EOF",
    "# c",
    "",
    "COPY --from=b a b",
    "\\",
    "x",
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      for (const { instructions } of parseDockerfile(lines.join("\n")))
        for (const { line: at } of instructions) expect(at).toBeLessThanOrEqual(lines.length);
    }),
  );
});

test("a stage is needed that a step mounts, wherever its name comes in the flag", () => {
  const stages = parseDockerfile(
    "FROM a AS one\nFROM b AS two\nFROM c\nRUN --mount=from=one,target=/x x\nRUN --mount=type=bind,from=two y",
  );
  expect([...neededStages(stages, undefined)].sort()).toEqual([0, 1, 2]);
});
