/** A short form of `npm run fuzz`: changed compose files of the corpus are projects, or told with their place. */
import { join } from "node:path";
import { corpusSeeds, judge, makeCase } from "../../support/fuzz";

const seeds = corpusSeeds(join(__dirname, "../../corpus"));
const seed = 20_260_101;
const hundreds = [0, 1, 2, 3, 4, 5];

test.each(hundreds)("cases, hundred %d", (hundred) => {
  const findings = Array.from({ length: 100 }, (_, at) => hundred * 100 + at).flatMap((index) =>
    judge(makeCase(seeds, seed, index)).findings.map((finding) => `case ${index}: ${finding}`),
  );
  expect(findings).toEqual([]);
});

test("a case is the same each time, and another than the next", () => {
  const once = makeCase(seeds, seed, 7);
  expect(makeCase(seeds, seed, 7)).toEqual(once);
  expect(makeCase(seeds, seed, 8).files).not.toEqual(once.files);
});

test("some changed files are projects still, others are refused", () => {
  const outcomes = hundreds.flatMap((hundred) =>
    Array.from({ length: 10 }, (_, at) => judge(makeCase(seeds, seed, hundred * 100 + at)).outcome),
  );
  expect(new Set(outcomes)).toEqual(new Set(["project", "refused"]));
});

describe("the judge", () => {
  const judged = (text: string) =>
    judge({ index: 0, name: "own", composeFile: "compose.yaml", files: new Map([["compose.yaml", text]]) });

  test.each([
    ["services: {a: {image: nginx}}", "project"],
    ["services: {a: {imag: nginx}}", "refused"],
    ["services: [", "refused"],
    ["", "refused"],
  ])("%j is a %s, told rightly", (text, outcome) => {
    expect(judged(text)).toEqual({ outcome, findings: [] });
  });

  test("finds what is thrown that is no BerthError", () => {
    const files = { get: () => 5 } as unknown as ReadonlyMap<string, string>;
    const { findings } = judge({ index: 0, name: "own", composeFile: "compose.yaml", files });
    expect(findings[0]).toMatch(/^a raw exception: /);
  });

  test("finds a property that every object has got", () => {
    Reflect.set(Object.prototype, "polluted", true);
    expect(judged("services: {a: {image: nginx}}").findings).toEqual([
      "a property of every object: polluted",
    ]);
  });
});
