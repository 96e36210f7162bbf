// Runs the tests of a file against its mutants, one after the other, in one process: what takes time of jest is loaded once.
import { readFileSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { runCLI } = require("jest");
const { mutantsOf } = require("./mutants.cjs");
const config = require(join(root, "jest.config.cjs"));

const [, swcOptions] = config.transform["\\.ts$"];
const own = {
  ...config,
  rootDir: root,
  globalSetup: undefined,
  globalTeardown: undefined,
  testSequencer: undefined,
  // Each run loads the sources again.
  testEnvironment: "node",
  reporters: [],
  testTimeout: 10_000,
  transform: { ...config.transform, "\\.ts$": [join(root, "scripts/mutation/transform.cjs"), swcOptions] },
};
for (const key of ["globalSetup", "globalTeardown", "testSequencer"]) delete own[key];

async function run(tests) {
  const options = { config: JSON.stringify(own), runInBand: true, silent: true, watchman: false };
  const { results } = await runCLI({ ...options, _: tests, runTestsByPath: true, $0: "mutation" }, [root]);
  return results.success && results.numTotalTests > 0;
}

process.on("message", async ({ file, tests, index }) => {
  const path = join(root, file);
  const mutant = index === undefined ? undefined : mutantsOf(file, readFileSync(path, "utf8"))[index];
  globalThis[Symbol.for("berth.mutant")] = mutant === undefined ? undefined : { ...mutant, path };
  // Jest keeps what it has transformed by the time of the file.
  const { atime, mtime } = statSync(path);
  utimesSync(path, atime, new Date(mtime.getTime() + 1_000 * ((index ?? -1) + 1)));
  try {
    process.send({ index, passed: await run(tests) });
  } finally {
    utimesSync(path, atime, mtime);
  }
});
