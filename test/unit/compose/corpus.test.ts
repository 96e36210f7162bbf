/** Differential: every compose file of the corpus against what the reference loader makes of it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BerthError } from "../../../src/errors";
import { loadCompose } from "../../../src/compose";
import { directory } from "./sources";

const corpus = join(__dirname, "../../corpus");
const everyFile = readdirSync(corpus, { recursive: true, encoding: "utf8" }).map((path) =>
  join(corpus, path),
);
const expected = everyFile.filter((path) => path.endsWith(".expected.json")).sort();
const refused = everyFile.filter((path) => path.endsWith(".expected-error.txt")).sort();

const withEnv = everyFile.filter((path) => path.endsWith(".expected-with-env.json")).sort();

/** What a product's instructions say to copy to `.env`. */
const examples = [".env", ".env.example", "env.example", "example.env", ".env.prod.example"];

/** As `docker compose` does it: with the env example as `.env`, and its profiles. */
function loadWithEnv(composeFile: string) {
  const folder = dirname(composeFile);
  const example = examples.find((each) => existsSync(join(folder, each))) ?? ".env";
  const source = directory(folder);
  return loadCompose(
    { read: (path) => source.read(path === ".env" ? example : path) },
    { files: [basename(composeFile)], directoryName: basename(folder), environment: {}, unset: "empty" },
  );
}

/** As the corpus was made: that file alone, nothing in the environment, no `.env`. */
function load(composeFile: string) {
  const folder = dirname(composeFile);
  return loadCompose(directory(folder), {
    files: [basename(composeFile)],
    directoryName: basename(folder),
    environment: {},
    envFiles: [],
    unset: "empty",
  });
}

function name(path: string): string {
  return path.slice(corpus.length + 1);
}

test("the corpus is whole: 113 files with a canonical form, 6 that are refused", () => {
  expect([expected.length, refused.length]).toEqual([113, 6]);
});

test.each(expected.map((path) => [name(path), path]))(
  "%s is what the reference makes of it",
  (_name, path) => {
    const { canonical } = load(path.replace(/\.expected\.json$/, ""));
    expect(JSON.parse(JSON.stringify(canonical))).toEqual(JSON.parse(readFileSync(path, "utf8")));
  },
);

test.each(refused.map((path) => [name(path), path]))("%s is refused", (_name, path) => {
  expect(() => load(path.replace(/\.expected-error\.txt$/, ""))).toThrow(BerthError);
});

test.each(withEnv.map((path) => [name(path), path]))(
  "%s is what the reference makes of it with its env example",
  (_name, path) => {
    const { canonical } = loadWithEnv(path.replace(/\.expected-with-env\.json$/, ""));
    expect(JSON.parse(JSON.stringify(canonical))).toEqual(JSON.parse(readFileSync(path, "utf8")));
  },
);
