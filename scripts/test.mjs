// npm test: installs what is missing, builds, makes the emulator's Python environment, and runs every test.
import { mustRun, mustRunAll, prepare } from "./setup.mjs";

prepare();
await mustRunAll([
  ["node", "scripts/python-env.mjs"],
  // The tests start the programs some hundred times.
  ["node", "dist/code.js"],
]);
mustRun("node", ["node_modules/jest/bin/jest.js", "--maxWorkers=2", ...process.argv.slice(2)]);
