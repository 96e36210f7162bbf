// BERTH_TEST_KANIKO=/path/to/executor npm run executor [-- jest's options]: every image of the suite, built by a real
// executor of Kaniko in a root file system of its own. Beside the executor lie `tini` (krallin/tini, tini-static) and a
// `busybox` of one file, both as in its image. Root on Linux only: it mounts.
import { existsSync } from "node:fs";
import { install, mustRun, childEnvironment } from "./setup.mjs";

const executor = process.env["BERTH_TEST_KANIKO"];
if (executor === undefined || !existsSync(executor)) {
  console.error(
    executor === undefined
      ? "BERTH_TEST_KANIKO=/path/to/executor npm run executor (docs/builds.md, Looking at a newer executor)"
      : `there is no ${executor}`,
  );
  process.exit(2);
}
if (process.platform !== "linux" || process.getuid?.() !== 0) {
  console.error("The executor is run in mount and process namespaces: that takes root on Linux");
  process.exit(2);
}
install();
mustRun(
  "node",
  [
    "node_modules/jest/bin/jest.js",
    "--runInBand",
    "test/integration/executor.test.ts",
    ...process.argv.slice(2),
  ],
  { env: childEnvironment({ BERTH_EXECUTOR_SUITE: "all" }) },
);
