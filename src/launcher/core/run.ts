/** `berth` without its process: the command line understood, the command run, its end reported. */
import { BerthError, endedError, exitCodeOf } from "../../errors";
import { errorText } from "../../report/terminal/errors";
import type { Settings } from "../../settings/settings";
import type { CommandDefinition } from "./command";
import { parseCommandLine } from "./command-line";
import { commands } from "../commands";
import type { Launcher } from "./launcher";
import { tellNewer } from "./newer";
import { withServices } from "./project-words";
import { readLauncherSettings } from "./settings";

/** What is there before the settings are. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Everything else, made when the settings are known. */
  makeLauncher(settings: Settings): Launcher;
}

/**
 * Runs one command.
 *
 * @param argv - without node and the script
 * @param table - the commands. @default all of them
 * @returns the exit code (docs/design.md, Contracts)
 */
export async function runLauncher(
  argv: readonly string[],
  surroundings: Surroundings,
  table: readonly CommandDefinition[] = commands,
): Promise<number> {
  let launcher: Launcher | undefined;
  try {
    const parsed = parseCommandLine(argv, table);
    if (parsed.kind === "help") {
      surroundings.out(parsed.text);
      return 0;
    }
    const line = withServices(parsed, surroundings.cwd);
    const { given, command } = line;
    launcher = surroundings.makeLauncher(readLauncherSettings(line, surroundings.env, surroundings.cwd));
    const code = await (command.run?.(launcher, given) ?? Promise.resolve(0));
    await tellNewer(launcher);
    return code;
  } catch (thrown) {
    const error = launcher === undefined ? thrown : causeOf(thrown, launcher.signal);
    surroundings.err(errorText(error));
    return exitCodeOf(error);
  } finally {
    await launcher?.aws.close();
  }
}

/** Whatever a command failed of after a signal had asked it to end, the signal is why. */
function causeOf(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || (error instanceof BerthError && error.kind === "cancelled")) return error;
  return endedError(signal, error);
}
