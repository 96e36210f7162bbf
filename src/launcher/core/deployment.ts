/** The commands that `berth-cd` does: in a task of the account, or in this process. */
import { BerthError } from "../../errors";
import type { CommandDefinition, Given } from "./command";
import type { Launcher } from "./launcher";

/** Options that `up` and `preview` share. */
export const programOptions = [
  { flags: "--plan <FILE>", description: "write the plan as JSON" },
  {
    flags: "--refresh",
    description: "compare the state with the cloud first; never take the unchanged short cut",
  },
  {
    flags: "--target <URN|SERVICE>",
    description: "restrict to a resource or a service; repeatable",
    repeatable: true,
  },
] as const;

/**
 * The command line that `berth-cd` has for a command of `berth`.
 *
 * @param command - `berth-cd`'s name of it
 * @param archive - what it is to read. @default none named
 */
export function cdCommandLine(command: string, given: Given, archive?: string): readonly string[] {
  const flags = ["json", "simulate", "refresh", "force"].filter((name) => given.has(name));
  const repeated = {
    "--target": "target",
    "--file": "file",
    "--profile": "profile",
    "--env-file": "envFile",
  };
  const plan = given.text("plan");
  return [
    command,
    ...flags.map((name) => `--${name}`),
    ...(plan === undefined ? [] : ["--plan", plan]),
    ...Object.entries(repeated).flatMap(([flag, name]) => given.list(name).flatMap((value) => [flag, value])),
    ...(archive === undefined ? [] : ["--", archive]),
  ];
}

/** What the command line says in place of variables, as the variables that `berth-cd` reads. */
export function variablesOf(given: Given): Readonly<Record<string, string>> {
  const said = {
    BERTH_STACK: given.text("stack"),
    BERTH_PROJECT: given.text("projectName"),
    AWS_REGION: given.text("region"),
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A command that runs in this process under `--local` and `--simulate`, and has no other place yet. */
export function inThisProcess(command: string): NonNullable<CommandDefinition["run"]> {
  return (launcher: Launcher, given: Given) => {
    if (given.has("local") || given.has("simulate"))
      return launcher.berthCd(cdCommandLine(command, given, launcher.settings.archive), variablesOf(given));
    throw new BerthError("usage", {
      path: command,
      message: "this version of berth can't start a CD task in an account yet",
      hint: `berth ${command} --local runs it in this process, as berth-cd does`,
    });
  };
}
