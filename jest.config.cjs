/** @type {import('jest').Config} */
module.exports = {
  // Sources and packages are loaded once in a worker, not once for each file.
  testEnvironment: "<rootDir>/test/support/runner/environment.cjs",
  runtime: "<rootDir>/test/support/runner/runtime.cjs",
  // Of one worker's heap: what files leave behind adds up.
  workerIdleMemoryLimit: "1500MB",
  roots: ["<rootDir>/test"],
  globalSetup: "<rootDir>/test/support/run-setup.cjs",
  globalTeardown: "<rootDir>/test/support/run-teardown.cjs",
  testSequencer: "<rootDir>/test/support/sequencer.cjs",
  setupFiles: ["<rootDir>/test/support/properties.ts", "<rootDir>/test/support/heap.ts"],
  // A hang ends; a slow machine is no failure.
  testTimeout: 600_000,
  reporters: ["<rootDir>/test/support/skipped-reporter.cjs", "default"],
  testMatch: ["**/*.test.ts"],
  // Projects of others, as data.
  modulePathIgnorePatterns: ["<rootDir>/test/corpus/"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/corpus/"],
  // What serializes closures for Pulumi, as in the build (`scripts/build/leave-out.mjs`): half of what its SDK loads.
  moduleNameMapper: { "^\\./closure/(serializeClosure|codePaths)$": "<rootDir>/test/support/left-out.cjs" },
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
    "/node_modules/(p-limit|yocto-queue)/.*\\.js$": ["@swc/jest", { module: { type: "commonjs" } }],
  },
  // These are ECMAScript modules only, which jest's loader does not take as they are.
  transformIgnorePatterns: ["/node_modules/(?!(p-limit|yocto-queue)/)"],
};
