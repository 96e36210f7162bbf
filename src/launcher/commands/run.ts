/** `berth run`: a one-off task with a service's definition: its image, environment, secrets and network. */
import { BerthError, type Problem } from "../../errors";
import type { TaskState } from "../../ports";
import type { CommandDefinition, Given } from "../core/command";
import { interruptible } from "../core/interruptible";
import type { Launcher } from "../core/launcher";
import { stackOf } from "../core/stack";
import { LinePrinter } from "../logs/lines";
import { attend } from "../shell/attend";
import { placementOf } from "../shell/placement";

/** The exit code of a task that has none of its own: it never ran, or was stopped (docs/design.md, Contracts). */
const withoutExitCode = 5;

async function runTask(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, aws, clock, settings } = launcher;
  const [service = "", ...command] = given.words;
  const environment = environmentOf(given.list("env"), settings.environment);
  const stack = await stackOf(launcher);
  const world = await aws.use((sdk, clients) => ({
    cluster: new sdk.EcsClusterReader(clients),
    tasks: new sdk.FargateManualTasks(clients),
    logs: new sdk.CloudWatchLogReader(clients),
    transient: sdk.isTransient,
  }));
  const placement = await placementOf(stack, service, world.cluster);
  const override = { environment, ...(command.length === 0 ? {} : { command }) };
  return interruptible(launcher, async (signal) => {
    const taskArn = await world.tasks.run(service, placement, override);
    const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
    if (given.has("detach")) {
      terminal.out(`${id}\n`);
      terminal.err(`berth logs ${service} --follow shows what it writes\n`);
      return 0;
    }
    const printer = new LinePrinter([], { timestamps: false, prefix: false, paint: (_style, text) => text });
    const note = (message: string): void => {
      terminal.err(`${service}/${id.slice(0, 8)}: ${message}\n`);
    };
    const print = (event: Parameters<LinePrinter["text"]>[0]): void => {
      terminal.out(printer.text(event));
    };
    const state = await attend(placement, taskArn, { ...world, clock, signal, print, note });
    return ended(state, note);
  });
}

function ended({ exitCode, stoppedReason = "" }: TaskState, note: (message: string) => void): number {
  if (exitCode === undefined) {
    note(`did not run to its end${stoppedReason === "" ? "" : `: ${stoppedReason}`}`);
    return withoutExitCode;
  }
  // 128 + SIGKILL: on Fargate that is the kernel, when the task's memory is used up.
  const memory = exitCode === 137 ? ", which is what running out of memory looks like" : "";
  if (exitCode !== 0) note(`ended with exit code ${exitCode}${memory}`);
  return exitCode;
}

/** `NAME=value`; a name alone takes this machine's value, and is left out where there is none, as Docker has it. */
function environmentOf(
  words: readonly string[],
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const problems: Problem[] = [];
  const variables: Record<string, string> = {};
  for (const word of words) {
    const [, name, value] = /^([^=\s]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      problems.push({
        path: "--env",
        message: `${JSON.stringify(word)} has no name`,
        hint: "-e NAME=value, or -e NAME for this machine's value",
      });
      continue;
    }
    const chosen = value ?? own[name];
    if (chosen !== undefined) variables[name] = chosen;
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return variables;
}

export const run: CommandDefinition = {
  name: "run",
  summary: "Run a one-off task with the image, environment and network of a service",
  examples: [
    "berth run web npm run migrate",
    "berth run -e VERBOSE=1 worker sh -c 'date; env'",
    "berth run --detach seed",
  ],
  takes: ["stack"],
  arguments: [
    { form: "<SERVICE>", description: "the service" },
    { form: "[COMMAND...]", description: "the command and its arguments, in place of the service's own" },
  ],
  options: [
    {
      flags: "-e, --env <NAME=VALUE>",
      description:
        "a variable in place of the service's own; not for secrets, since ECS shows it; repeatable",
      repeatable: true,
    },
    { flags: "-d, --detach", description: "print the task's id and leave it running" },
    { flags: "--rm", description: "as Compose has it; ECS removes every task that has ended" },
    "projectName",
    "file",
  ],
  passThrough: true,
  run: runTask,
};
