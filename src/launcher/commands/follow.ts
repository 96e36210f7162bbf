/** `berth follow`: comes back to a run. */
import { lastOfArn } from "../../model/naming";
import { findRun, runsOf, type StackRun } from "../../app/stack/runs";
import { BerthError } from "../../errors";
import type { StackIdentity } from "../../ports";
import { cdAccount, type CdAccount } from "../cd/account";
import { isLocal } from "../cd/local";
import { linesTo } from "../cd/output";
import { stayWith } from "../cd/run";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { beside } from "../history/beside";
import { endText, waitForEnd } from "../history/ended";

async function followRun(launcher: Launcher, given: Given): Promise<number> {
  const stack = await stackOf(launcher);
  const [word] = given.words;
  const account = isLocal(given) ? undefined : await cdAccount(launcher);
  const task = word === undefined && account !== undefined ? await taskOf(account, stack) : undefined;
  if (task !== undefined && account !== undefined) return showTask(launcher, given, account, task);
  const run = await beside(launcher, given, async (deps) => {
    const records = await deps.records();
    if (word !== undefined) return findRun(records, stack, word);
    const [[newest], holder] = await Promise.all([
      runsOf(records, stack, 1),
      (await deps.leases()).holder(stack),
    ]);
    if (newest?.ended === undefined && newest !== undefined && holder !== undefined) return newest;
    throw nothingGoesOn(stack, newest);
  });
  if (run.ended !== undefined) return tellEnd(launcher, run);
  if (run.taskArn !== undefined && account !== undefined)
    return showTask(launcher, given, account, run.taskArn);
  launcher.terminal.err(`${run.command} goes on elsewhere, and is shown there; this waits for its end\n`);
  return tellEnd(launcher, await beside(launcher, given, (deps) => waitForEnd(stack, run.id, deps)));
}

/** The CD task of the stack that was started last, if one runs or is about to: its run may not be in the history yet. */
async function taskOf({ tasks, placement }: CdAccount, stack: StackIdentity): Promise<string | undefined> {
  const running = await tasks.running(placement.clusterArn);
  return running.find(
    ({ variables }) =>
      variables["BERTH_PROJECT"] === stack.project && variables["BERTH_STACK"] === stack.stack,
  )?.taskArn;
}

async function showTask(
  launcher: Launcher,
  given: Given,
  account: CdAccount,
  taskArn: string,
): Promise<number> {
  launcher.terminal.err(`Following the CD task ${lastOfArn(taskArn)}\n`);
  const output = linesTo(launcher.terminal, false, { verbose: given.has("verbose") });
  const end = await stayWith(launcher, account, taskArn, output);
  output.end();
  return end.kind === "left" ? 0 : end.code;
}

function tellEnd({ terminal }: Launcher, run: StackRun): number {
  terminal.out(endText(run));
  return run.exitCode ?? 0;
}

function nothingGoesOn({ project, stack }: StackIdentity, newest: StackRun | undefined): BerthError {
  const last = newest === undefined ? "it had none yet" : `the last one was ${newest.command}`;
  return new BerthError("usage", {
    path: `${project}/${stack}`,
    message: `no run of this stack goes on; ${last}`,
    hint: "berth history lists the runs; berth follow RUN says how one of them ended",
  });
}

export const follow: CommandDefinition = {
  name: "follow",
  summary: "Come back to a run that goes on: its progress, and its exit code at the end",
  examples: ["berth follow", "berth follow 2 --stack prod"],
  takes: ["project", "stack", "place"],
  arguments: [
    {
      form: "[RUN]",
      description: "its number or id in berth history; else the one that goes on",
    },
  ],
  options: ["verbose"],
  run: followRun,
};
