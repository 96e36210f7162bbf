/** `--local` and `--simulate`: `berth-cd` in this process. */
import { resolve } from "node:path";
import { definedOnly } from "../../defined";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { variablesOf } from "../core/settings";
import { commitOf } from "./commit";
import { accountVariables, cdAccount } from "./account";
import { cdCommandLine } from "./run";

/** Whether the command line asks for it. */
export function isLocal(given: Given): boolean {
  return given.has("local") || given.has("simulate");
}

/**
 * Runs a command of `berth-cd` in this process: on the simulator, on the state that `PULUMI_BACKEND_URL` names, else on
 * the account's own, with the variables that its CD task would have.
 */
export async function runLocally(launcher: Launcher, name: string, given: Given): Promise<number> {
  const own = launcher.settings.environment["PULUMI_BACKEND_URL"] ?? "";
  if (given.has("simulate") || own !== "") return runInProcess(launcher, name, given);
  return runInProcess(launcher, name, given, accountVariables(await cdAccount(launcher), launcher.settings));
}

/** @param variables - over this process's own */
export async function runInProcess(
  launcher: Launcher,
  name: string,
  given: Given,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { archive, files, envFiles, projectDirectory, cwd, commit } = launcher.settings;
  // A list is of no project.
  const project =
    name === "list"
      ? { files: [], envFiles: [] }
      : {
          files,
          envFiles,
          ...definedOnly({
            archive,
            // This program reads it from the working directory.
            projectDirectory: projectDirectory && resolve(archive ?? ".", projectDirectory),
          }),
        };
  return launcher.berthCd(cdCommandLine({ name, ...project }, given.values), {
    ...variables,
    ...(name === "up" ? definedOnly({ BERTH_COMMIT: commit ?? (await commitOf(archive ?? cwd)) }) : {}),
    ...variablesOf(given),
  });
}
