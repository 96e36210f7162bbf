/** Names and values of secrets before they are set: what Parameter Store and databases take, and that no value is told. */
import { BerthError } from "../../../../src/errors";
import { checkNames, checkValues, pipedValue } from "../../../../src/launcher/secrets/values";
import type { Project } from "../../../../src/model/project";

function problemsOf(work: () => unknown): readonly (readonly [string | undefined, string])[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    expect(error.kind).toBe("usage");
    return error.problems.map(({ path, message }) => [path, message]);
  }
  return [];
}

const noName = "that is no name of a secret";
const written = expect.stringContaining("stays in the shell's history") as string;

test.each([[["API_KEY", "a.b-c_9", "n".repeat(512)]], [[]]])("%j are names", (words) => {
  expect(() => {
    checkNames(words);
  }).not.toThrow();
});

test("a value on the command line is refused by its name alone", () => {
  expect(
    problemsOf(() => {
      checkNames(["API_KEY=hunter2", "B="]);
    }),
  ).toEqual([
    ["API_KEY", written],
    ["B", written],
  ]);
});

test("one word that is no name is enough", () => {
  expect(() => {
    checkNames(["GOOD", "hunter 2"]);
  }).toThrow(noName);
});

test("what is no name is told by its place, since it may be a value", () => {
  const words = ["GOOD", "hunter 2", "=hunter2", "a b=c", "n".repeat(513), "", "n$"];
  expect(
    problemsOf(() => {
      checkNames(words);
    }),
  ).toEqual([2, 3, 4, 5, 6, 7].map((place) => [`argument ${place}`, noName]));
});

const tiersOf = (values: readonly string[], before?: "Standard" | "Advanced") =>
  checkValues(new Map(values.map((value, n) => [`S${n}`, value])), () => before).map(({ tier }) => tier);

test("a value of up to 4096 bytes is a standard parameter, a larger one or one that was advanced is not", () => {
  // Two bytes in UTF-8 each.
  const values = [
    "a",
    "a".repeat(4096),
    "a".repeat(4097),
    "é".repeat(2048),
    "é".repeat(2049),
    "a".repeat(8192),
  ];
  const [standard, advanced] = ["Standard", "Advanced"];
  expect(tiersOf(values)).toEqual([standard, standard, advanced, standard, advanced, advanced]);
  expect(tiersOf(["a"], "Advanced")).toEqual([advanced]);
  expect(tiersOf(["a"], "Standard")).toEqual([standard]);
});

test("names and values are kept as they are", () => {
  const secrets = checkValues(new Map([["A", " spaces \n"]]), () => undefined);
  expect(secrets).toEqual([{ name: "A", value: " spaces \n", tier: "Standard" }]);
  expect(checkValues(new Map(), () => undefined)).toEqual([]);
});

test("every value that can't be kept is told, without the value", () => {
  const values = { EMPTY: "", LARGE: "a".repeat(8193), REFERENCE: "x{{ssm:y}}", FINE: "{x}" };
  expect(problemsOf(() => checkValues(new Map(Object.entries(values)), () => undefined))).toEqual([
    ["EMPTY", "the value is empty"],
    ["LARGE", "the value has 8193 bytes, and Parameter Store keeps 8192 at most"],
    ["REFERENCE", "the value has {{ in it, which Parameter Store refuses"],
  ]);
});

describe("the password of a database", () => {
  const database = (kind: string, name: string) => ({
    kind,
    name: kind,
    password: { kind: "secret", name },
  });
  const services = [database("postgres", "PG"), database("mysql", "MY")];
  const project = { name: "shop", services } as unknown as Project;
  const check = (values: Readonly<Record<string, string>>, known: Project | undefined = project) =>
    problemsOf(() => checkValues(new Map(Object.entries(values)), () => undefined, known));

  test("is one that Amazon RDS takes", () => {
    expect(check({ PG: "x".repeat(128), MY: "x".repeat(41), OTHER: "/" })).toEqual([]);
    expect(check({ PG: "short", MY: "x".repeat(42), OTHER: "a b" })).toEqual([
      ["PG", "the password has 5 characters; Amazon RDS accepts 8 to 128"],
      ["MY", "the password has 42 characters; Amazon RDS accepts 8 to 41"],
    ]);
  });

  test("that is empty is told once", () => {
    expect(check({ PG: "" })).toEqual([["PG", "the value is empty"]]);
  });

  test("is any text where there is no compose file", () => {
    expect(problemsOf(() => checkValues(new Map([["PG", "short"]]), () => undefined))).toEqual([]);
  });
});

test.each([
  ["value\n", "value"],
  ["value\r\n", "value"],
  ["value", "value"],
  ["two\nlines\n\n", "two\nlines\n"],
])("%j through a pipe is %j", (text, value) => {
  expect(pipedValue(text)).toBe(value);
});
