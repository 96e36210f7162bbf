/** Differential: invented projects, one for each feature, against what the reference loader makes of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BerthError } from "../../../src/errors";
import { loadCompose } from "../../../src/compose";
import { memory } from "./sources";

interface Case {
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Null: the reference refuses it. */
  readonly expected: unknown;
}

const folder = join(__dirname, "../../corpus/invented");
const cases = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly Case[],
);

function load(given: Case) {
  return loadCompose(memory(given.files), {
    files: given.arguments ?? ["compose.yaml"],
    directoryName: "proj",
    environment: given.environment,
    envFiles: [],
    unset: "empty",
  });
}

test("there are at least 130 of them", () => {
  expect(cases.length).toBeGreaterThanOrEqual(130);
});

test.each(cases.filter(({ expected }) => expected !== null).map((given) => [given.name, given] as const))(
  "%s is what the reference makes of it",
  (_name, given) => {
    expect(JSON.parse(JSON.stringify(load(given).canonical))).toEqual(given.expected);
  },
);

test.each(cases.filter(({ expected }) => expected === null).map((given) => [given.name, given] as const))(
  "%s is refused, with a place or a path",
  (_name, given) => {
    expect(() => load(given)).toThrow(BerthError);
    try {
      load(given);
    } catch (error) {
      const { problems } = error as BerthError;
      expect(problems.filter(({ path, location }) => path === undefined && location === undefined)).toEqual(
        [],
      );
    }
  },
);
