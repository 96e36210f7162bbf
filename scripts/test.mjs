// npm test: installs what is missing, builds, makes the emulator's Python environment, and runs every test.
import { mustRun, mustRunAll, prepare } from "./setup.mjs";

prepare();
await mustRunAll([
  ["node", "scripts/python-env.mjs"],
  // The tests start the programs some hundred times.
  ["node", "dist/code.js"],
]);
// One more than the two cores that it is made for: what starts programs waits for them, and for their pauses.
mustRun("node", ["node_modules/jest/bin/jest.js", "--maxWorkers=3", ...process.argv.slice(2)]);
