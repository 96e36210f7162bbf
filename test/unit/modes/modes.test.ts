import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BerthError, type Problem } from "../../../src/errors";
import { storeRows } from "../../../src/stores";
import { modeNames, modeSettings, settings as table } from "../../../src/modes/modes";

/** What is wrong with an `x-berth:`. */
function problemsOf(own: Readonly<Record<string, unknown>>): readonly Problem[] {
  try {
    modeSettings("affordable", own);
  } catch (error) {
    if (error instanceof BerthError) return error.problems;
    throw error;
  }
  return [];
}

test.each(modeNames)("every setting of mode %s can be written under x-berth, as the mode has it", (mode) => {
  const settings = modeSettings(mode);
  expect(Object.keys(settings).sort()).toEqual(Object.keys(table).sort());
  for (const other of modeNames) expect(modeSettings(other, { ...settings })).toEqual(settings);
});

test.each([
  ["natstrategy", "did you mean natStrategy?"],
  ["zone", "did you mean zones?"],
])("a setting %s is not known, and the one that is meant is named", (name, hint) => {
  expect(problemsOf({ [name]: 2 })).toEqual([
    { path: `x-berth.${name}`, message: `there is no setting "${name}"`, hint },
  ]);
});

test("a setting that is like none is told with all that there are, each of which can be set", () => {
  const [problem] = problemsOf({ colour: "red" });
  const named = /^settings are (.*)$/.exec(problem?.hint ?? "")?.[1]?.split(", ") ?? [];
  expect(named).toContain("natStrategy");
  for (const name of named) {
    const told = problemsOf({ [name]: modeSettings("balanced")[name as keyof typeof table] });
    expect([name, told]).toEqual([name, []]);
  }
});

/** The rooms in which a setting decides something; the store descriptors name theirs by its key. */
const deciding = [
  "src/app",
  "src/builds",
  "src/components",
  "src/interpret",
  "src/model",
  "src/stores",
  "stacks",
]
  .flatMap((room) => {
    const folder = join(__dirname, "../../..", room);
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
  })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n")
  // A store's own, by its kind: `${store.kind}Tls`.
  .replace(/\$\{\w+\.kind\}(\w+)/g, (_, rest: string) =>
    storeRows.map(({ kind }) => `"${kind}${rest}`).join(" "),
  );

test.each(Object.keys(table))("the setting %s decides something", (name) => {
  const read = new RegExp(`(\\.|[{,]\\s*|["'])${name}\\b`);
  expect(read.test(deciding)).toBe(true);
});
