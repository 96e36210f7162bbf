/** The edge that both programs share: signals become an abort, a run becomes an exit code. */
import * as nodeModule from "node:module";
import { realDeps } from "./adapters";
import { run, type Output } from "./cd";
import { exitCodeOf } from "./errors";
import { errorText } from "./report/errors";

const output: Output = {
  stdout: (text) => {
    process.stdout.write(text);
  },
  stderr: (text) => {
    process.stderr.write(text);
  },
};

/**
 * Runs the program of this process to its end and sets the exit code.
 * The first SIGTERM or SIGINT asks the run to end in order; the second ends the process at once.
 *
 * @param commandLine - what `berth-cd` is to run for this process's arguments
 */
export function runProcess(
  env: Readonly<Record<string, string | undefined>>,
  commandLine: (argv: readonly string[]) => readonly string[],
): void {
  // Node 22.1 and later keep the compiled code of the bundles between runs.
  if ("enableCompileCache" in nodeModule) nodeModule.enableCompileCache();
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143);
      output.stderr(`${signal}: ending the run in order; a second signal ends it at once\n`);
      controller.abort(signal);
    });
  }
  let argv: readonly string[];
  try {
    argv = commandLine(process.argv.slice(2));
  } catch (error) {
    output.stderr(errorText(error));
    process.exitCode = exitCodeOf(error);
    return;
  }
  void run(argv, env, process.cwd(), output, (settings) =>
    realDeps(settings, output, controller.signal),
  ).then((code) => {
    // An engine's connections may linger; what was written has to leave first.
    process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
  });
}
