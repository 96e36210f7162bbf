/**
 * The world of a test file: the process of its worker itself, in place of a context of its own. What files share is so
 * loaded once in a worker ({@link ./runtime.cjs}); what a file changes of the process is put back at its end. A file that
 * needs modules of its own begins with `@jest-environment node`.
 */
const { ModernFakeTimers } = require("@jest/fake-timers");
const { ModuleMocker } = require("jest-mock");

/** What jest keeps of one file in the global object (`src/types.ts` of jest-circus). */
const ofOneFile = [
  "EVENT_HANDLERS",
  "TEST_TIMEOUT_SYMBOL",
  "RETRY_TIMES_SETTER",
  "RETRY_TIMES",
  "RETRY_IMMEDIATELY",
  "LOG_ERRORS_BEFORE_RETRY",
  "WAIT_BEFORE_RETRY",
].map((name) => Symbol.for(name));

module.exports = class OwnProcess {
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    this.before = {
      console: globalThis.console,
      exit: process.exit,
      directory: process.cwd(),
      variables: process.env,
      values: { ...process.env },
    };
  }

  setup() {
    // Jest asks for 100 frames, and Pulumi takes a stack of each promise.
    Error.stackTraceLimit = 10;
    return Promise.resolve();
  }

  teardown() {
    const { console, exit, directory, variables, values } = this.before;
    this.fakeTimersModern.dispose();
    for (const key of ofOneFile) delete globalThis[key];
    globalThis.console = console;
    process.exit = exit;
    if (process.cwd() !== directory) process.chdir(directory);
    process.env = variables;
    for (const name of Object.keys(variables)) if (!(name in values)) delete variables[name];
    Object.assign(variables, values);
    return Promise.resolve();
  }

  exportConditions() {
    return ["node", "node-addons"];
  }

  getVmContext() {
    return null;
  }
};
