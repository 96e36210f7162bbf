/** A folder for what the test files of one run make once and share, removed at the end of the run. */
const { mkdirSync, mkdtempSync, rmSync } = require("node:fs");
const { join } = require("node:path");

module.exports = () => {
  // Below node_modules: programs that are bundled there find their packages.
  const cache = join(__dirname, "../../node_modules/.cache/berth-tests");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "run-"));
  process.env.BERTH_TEST_RUN = folder;
  globalThis.endOfBerthTestRun = () => {
    rmSync(folder, { recursive: true, force: true });
  };
};
