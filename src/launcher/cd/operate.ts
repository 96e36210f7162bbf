/** The commands that speak of a stack: `down`, `refresh`, `cancel`, `outputs`, `ls`. */
import type { StackIdentity } from "../../ports";
import { stacksTable } from "../../report/terminal/tables";
import type { Result } from "../../report/result";
import { givenOf } from "../../command-line/parse";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { cdAccount } from "./account";
import { isLocal, runLocally } from "./local";
import { linesTo } from "./output";
import { askDown, isAsked } from "./questions";
import { runInTask } from "./run";

/** A command of `berth-cd` on a stack, in the account's CD task or in this process. @param name - `berth-cd`'s */
export function onStack(name: "down" | "refresh" | "cancel"): NonNullable<CommandDefinition["run"]> {
  return async (launcher, given) => {
    if (name === "down" && isAsked(launcher, given)) await askDown(launcher, await stackOf(launcher), given);
    if (isLocal(given)) return runLocally(launcher, name, given);
    const identity = await stackOf(launcher);
    return inTask(launcher, given, { name, identity, json: given.has("json") });
  };
}

interface Asked {
  readonly name: string;
  readonly identity: StackIdentity;
  readonly json: boolean;
  /** What of the Result a person reads. @default the task's own words */
  readonly text?: (result: Result) => string;
}

async function inTask(
  launcher: Launcher,
  given: Given,
  { name, identity, json, text }: Asked,
): Promise<number> {
  const account = await cdAccount(launcher);
  const output = linesTo(launcher.terminal, json || text !== undefined, {
    verbose: given.has("verbose"),
  });
  const asked = text === undefined ? given : withJson(given);
  const command = { name, identity, files: [], envFiles: [], variables: {} };
  const code = await runInTask(launcher, account, command, asked, output);
  const result = output.result();
  if (json || text === undefined || result === undefined || code !== 0) output.end();
  else launcher.terminal.out(text(JSON.parse(result) as Result));
  return code;
}

/** The answer itself is wanted, without the lines around it. */
function withJson(given: Given): Given {
  return givenOf(given.words, { ...given.values, json: true });
}

/** `berth outputs` */
export const outputsOf: NonNullable<CommandDefinition["run"]> = async (launcher, given) => {
  if (isLocal(given)) return runLocally(launcher, "outputs", given);
  const identity = await stackOf(launcher);
  const text = ({ outputs }: Result): string => `${JSON.stringify(outputs, undefined, 2)}\n`;
  return inTask(launcher, given, { name: "outputs", identity, json: given.has("json"), text });
};

/** `berth ls` */
export const stacksOf: NonNullable<CommandDefinition["run"]> = async (launcher, given) => {
  if (isLocal(given)) return runLocally(launcher, "list", given);
  const text = ({ outputs }: Result): string => {
    const stacks = (outputs["stacks"] ?? []) as Parameters<typeof stacksTable>[0];
    return stacks.length === 0 ? "No stacks\n" : `${stacksTable(stacks)}\n`;
  };
  // The events of a run need a place, and a list is of no project.
  const identity = { project: "all", stack: "all" };
  return inTask(launcher, given, { name: "list", identity, json: given.has("json"), text });
};
