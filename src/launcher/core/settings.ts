/** The settings of a command of `berth`: those of `berth-cd`, from `berth`'s own command line. */
import { colorChoices, type Arguments, type CommandName } from "../../settings/arguments";
import { definedOnly } from "../../defined";
import { settingsOf, type Settings } from "../../settings/settings";
import type { CommandDefinition, Given } from "./command";
import { withProjectRoot } from "../../app/project-root";

/** What stands on the command line before it stands in the environment. */
const overrides = { stack: "BERTH_STACK", projectName: "BERTH_PROJECT", region: "AWS_REGION" } as const;

/**
 * The settings of a command.
 *
 * @param given - the command line
 * @param project - the positional argument of the project group: a folder, a compose file, an archive
 * @throws BerthError (usage) with every problem at once
 */
export function readLauncherSettings(
  command: string,
  { ownEnvFile }: Pick<CommandDefinition, "ownEnvFile">,
  given: Given,
  project: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Settings {
  const said = Object.entries(overrides).flatMap(([option, variable]) => {
    const value = given.text(option);
    return value === undefined ? [] : [[variable, value] as const];
  });
  const settings = settingsOf(
    () => ({
      ...argumentsOf(command, given, project),
      envFiles: ownEnvFile === true ? [] : given.list("envFile"),
    }),
    { ...env, ...Object.fromEntries(said) },
    cwd,
    true,
  );
  return withProjectRoot(settings, true);
}

/** Commands that are called the same in both programs; every other one reads the project as `config` does. */
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

function argumentsOf(
  command: string,
  given: Given,
  project: string | undefined,
): Omit<Arguments, "envFiles"> {
  return {
    command: command === "ls" ? "list" : (shared.find((name) => name === command) ?? "config"),
    ...definedOnly({
      archive: project,
      plan: given.text("plan"),
      projectDirectory: given.text("projectDirectory"),
    }),
    simulate: given.has("simulate"),
    json: given.has("json"),
    targets: given.list("target"),
    allowDataLoss: given.list("allowDataLoss"),
    refresh: given.has("refresh"),
    force: given.has("force"),
    verbose: given.has("verbose"),
    yes: given.has("yes"),
    markdown: given.has("markdown"),
    ...definedOnly({ color: colorOf(given) }),
    files: given.list("file"),
    profiles: given.list("profile"),
  };
}

/** commander has checked it. */
function colorOf(given: Given): Arguments["color"] {
  return colorChoices.find((choice) => choice === given.text("color"));
}
