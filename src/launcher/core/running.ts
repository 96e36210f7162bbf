/** What the commands that change a running stack share: where they find it, and how they say what they did. */
import type { Done, Manner, RunningDeps } from "../../app/running/intervene";
import type { StackIdentity } from "../../ports";
import { besideRunning } from "../history/beside";
import type { CommandDefinition, Given } from "./command";
import type { Launcher } from "./launcher";
import { stackOf } from "./stack";

/** Options of every command that waits for services to become steady. */
export const waitOptions = [
  { flags: "-d, --detach", description: "leave as soon as ECS has accepted it" },
  { flags: "--no-wait", description: "the same" },
] as const;

/** How many lines a command says, and what a person reads where it did nothing. */
type Work = (stack: StackIdentity, manner: Manner, deps: RunningDeps, launcher: Launcher) => Promise<Done>;

/**
 * A command on a running stack: it changes AWS itself, under the stack's lease, and needs no CD task.
 *
 * @param name - as the history has it
 * @param read - what the command line asks for; throws BerthError (usage) before anything is looked at
 */
export function onRunning(name: string, read: (given: Given) => Work): NonNullable<CommandDefinition["run"]> {
  return async (launcher: Launcher, given: Given) => {
    const work = read(given);
    const stack = await stackOf(launcher);
    const manner = { detach: given.has("detach") || !given.has("wait") };
    const { what } = await besideRunning(launcher, given, (deps) => work(stack, manner, deps, launcher));
    const { terminal } = launcher;
    const outcome = what.length === 0 ? "unchanged" : "succeeded";
    if (given.has("json"))
      terminal.out(`${JSON.stringify({ command: name, ...stack, outcome, waited: !manner.detach, what })}\n`);
    else if (what.length === 0) terminal.err("Nothing to change\n");
    else if (manner.detach) terminal.err("ECS goes on by itself: berth ps shows how far it is\n");
    return 0;
  };
}
