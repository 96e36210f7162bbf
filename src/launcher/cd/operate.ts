/** The commands that speak of a stack: `down`, `refresh`, `cancel`, `outputs`, `ls`. */
import { seeStack, seeStacks } from "../../app/stack/views";
import type { StackIdentity } from "../../ports";
import { stacksTable } from "../../report/terminal/tables";
import { answeredResult, type Result } from "../../report/result";
import { givenOf } from "../../command-line/parse";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { beside } from "../history/beside";
import { noStack } from "../status/status";
import { cdAccount } from "./account";
import { isLocal, runLocally } from "./local";
import { linesTo } from "./output";
import { askDown, isAsked } from "./questions";
import { runInTask } from "./run";

/** A command of `berth-cd` on a stack, in the account's CD task or in this process. @param name - `berth-cd`'s */
export function onStack(name: "down" | "refresh"): NonNullable<CommandDefinition["run"]> {
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

/** `berth outputs`: by what the last run has left, else by the task. */
export const outputsOf: NonNullable<CommandDefinition["run"]> = async (launcher, given) => {
  if (isLocal(given)) return runLocally(launcher, "outputs", given);
  const identity = await stackOf(launcher);
  const text = ({ outputs }: Result): string => `${JSON.stringify(outputs, undefined, 2)}\n`;
  const seen = await beside(launcher, given, (deps) => seeStack(identity, deps));
  if (seen.kind === "no stack") throw noStack(identity);
  if (seen.kind === "seen") return answer(launcher, given, { name: "outputs", identity, ...seen }, text);
  tellTask(launcher, "outputs", seen.why);
  return inTask(launcher, given, { name: "outputs", identity, json: given.has("json"), text });
};

/** `berth ls`: the same for all stacks. */
export const stacksOf: NonNullable<CommandDefinition["run"]> = async (launcher, given) => {
  if (isLocal(given)) return runLocally(launcher, "list", given);
  const text = ({ outputs }: Result): string => {
    const stacks = (outputs["stacks"] ?? []) as Parameters<typeof stacksTable>[0];
    return stacks.length === 0 ? "No stacks\n" : `${stacksTable(stacks)}\n`;
  };
  const stacks = await beside(launcher, given, seeStacks);
  if (typeof stacks !== "string") {
    const nowhere = { project: launcher.settings.project ?? "", stack: launcher.settings.stack };
    return answer(launcher, given, { name: "list", identity: nowhere, outputs: { stacks } }, text);
  }
  tellTask(launcher, "list", stacks);
  // The events of a run need a place, and a list is of no project.
  const identity = { project: "all", stack: "all" };
  return inTask(launcher, given, { name: "list", identity, json: given.has("json"), text });
};

/** `berth cancel`: a task only where there is something to cancel. */
export const cancelRun: NonNullable<CommandDefinition["run"]> = async (launcher, given) => {
  if (isLocal(given)) return runLocally(launcher, "cancel", given);
  const identity = await stackOf(launcher);
  const isLocked = await beside(launcher, given, async (deps) => {
    const [leases, locked] = await Promise.all([deps.leases(), deps.locked(identity)]);
    return locked || (await leases.holder(identity)) !== undefined;
  });
  if (isLocked) return inTask(launcher, given, { name: "cancel", identity, json: given.has("json") });
  const idle = { name: "cancel", identity, outputs: { cancelled: false } } as const;
  return answer(launcher, given, idle, () => "No run has locked the stack\n");
};

/** An answer that was found without a task. */
interface Found {
  readonly name: Result["command"];
  readonly identity: StackIdentity;
  readonly outputs: Result["outputs"];
}

/** Writes the answer as the task's would be. */
function answer(
  { terminal }: Launcher,
  given: Given,
  { name, identity, outputs }: Found,
  text: (result: Result) => string,
): number {
  const result = answeredResult({ command: name, ...identity, outcome: "succeeded", outputs });
  terminal.out(given.has("json") ? `${JSON.stringify(result)}\n` : text(result));
  return 0;
}

function tellTask({ terminal }: Launcher, name: string, why: string): void {
  terminal.err(`A CD task reads the state for ${name}: ${why}\n`);
}
