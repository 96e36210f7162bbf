// npm test: installs what is missing, builds, makes the emulator's Python environment, and runs every test.
import { mustRun, prepare } from "./setup.mjs";

prepare();
mustRun("node", ["scripts/python-env.mjs"], { stdio: ["ignore", 2, 2] });
mustRun("node", ["node_modules/jest/bin/jest.js", "--maxWorkers=2", ...process.argv.slice(2)]);
