/** The edge that both programs share: signals become an abort, a run becomes an exit code. */
import { realDeps } from "./adapters";
import { run, type Output } from "./cd";
import { exitCodeOf } from "./errors";
import { commandLineOf } from "./launcher/launch";
import { errorText } from "./report/errors";

const output: Output = {
  stdout: (text) => {
    process.stdout.write(text);
  },
  stderr: (text) => {
    process.stderr.write(text);
  },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs `berth-cd` with this process's arguments. */
export function runBerthCd(env: Environment): void {
  runProcess(env, (argv) => argv);
}

/** Runs `berth` with this process's arguments. */
export function runBerth(env: Environment): void {
  runProcess(env, commandLineOf);
}

/**
 * Runs the program of this process to its end and sets the exit code.
 * The first SIGTERM or SIGINT asks the run to end in order; the second ends the process at once.
 *
 * @param commandLine - what `berth-cd` is to run for this process's arguments
 */
function runProcess(env: Environment, commandLine: (argv: readonly string[]) => readonly string[]): void {
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
