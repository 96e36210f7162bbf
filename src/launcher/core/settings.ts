/** The settings of a command of `berth`: those of `berth-cd`, from `berth`'s own command line. */
import { sharedOptions, type OptionDescription } from "../../command-line/options";
import { projectOf, type Given, type ParsedLine } from "../../command-line/parse";
import { argumentsOf, type CommandName } from "../../settings/arguments";
import { settingsOf, type Settings } from "../../settings/settings";
import type { CommandDefinition } from "./command";
import { withProjectRoot } from "../../app/place/project-root";

/**
 * The settings of a command.
 *
 * @throws BerthError (usage) with every problem at once
 */
export function readLauncherSettings(
  { name, command, given }: Extract<ParsedLine<CommandDefinition>, { kind: "command" }>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Settings {
  const parsed = argumentsOf(commandOfCd(name), given, projectOf(command, given));
  const settings = settingsOf(
    () => (command.ownEnvFile === true ? { ...parsed, envFiles: [] } : parsed),
    { ...env, ...variablesOf(given) },
    cwd,
    true,
  );
  return withProjectRoot(settings, true);
}

/** What the command line says in place of variables, as the variables that `berth-cd` reads. */
export function variablesOf(given: Given): Readonly<Record<string, string>> {
  const entries = Object.entries<OptionDescription>(sharedOptions).flatMap(([name, { variable }]) => {
    const value = given.text(name);
    return variable === undefined || value === undefined ? [] : [[variable, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Commands that are called the same in both programs. */
const shared: readonly CommandName[] = [
  "up",
  "preview",
  "refresh",
  "down",
  "cancel",
  "outputs",
  "config",
  "version",
];

/** Every command that is `berth`'s alone reads the project as `config` does. */
function commandOfCd(name: string): CommandName {
  return name === "ls" ? "list" : (shared.find((one) => one === name) ?? "config");
}
