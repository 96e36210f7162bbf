/** Differential: every compose file of the corpus against what the reference loader makes of it. */
import { readdirSync, readFileSync } from "node:fs";
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

test("the corpus is whole: 71 files with a canonical form, 2 that are refused", () => {
  expect([expected.length, refused.length]).toEqual([71, 2]);
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
