/** `berth exec`: a command, or a shell, in a running task. */
import { definedOnly } from "../../defined";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { clusterOf, noService, servicesOf } from "../core/services";
import { stackOf } from "../core/stack";
import { chooseContainer, commandLine } from "../shell/choose";
import { attachSession, pluginVersion } from "../shell/plugin";
import { machinePrograms } from "../shell/programs";

async function openShell(launcher: Launcher, given: Given): Promise<number> {
  const { settings, terminal, aws } = launcher;
  const [name = "", ...words] = given.words;
  const programs = machinePrograms(settings.environment);
  // Asked first: a session that nobody attaches to would wait in the container.
  const version = await pluginVersion(programs, process.platform);
  const stack = await stackOf(launcher);
  const session = await aws.use(async (sdk, clients) => {
    const reader = new sdk.EcsClusterReader(clients);
    const services = await servicesOf(stack, reader);
    const service = services.find((one) => one.service === name);
    if (service === undefined)
      throw noService(
        name,
        services.map((one) => one.service),
      );
    const cluster = clusterOf(stack);
    const definition = await reader.definition(service.taskDefinitionArn);
    const chosen = chooseContainer(service, await reader.tasks(cluster), {
      readOnly:
        definition?.containers.some((container) => container.name === name && container.readOnly) === true,
      ...definedOnly({ task: given.text("task"), container: given.text("container") }),
    });
    return new sdk.EcsExecSessions(clients, settings.endpointUrl).start({
      cluster,
      ...chosen,
      command: commandLine(words),
    });
  });
  // Ctrl-C is the remote program's.
  const release = launcher.onInterrupt(() => undefined);
  try {
    const code = await attachSession(programs, version, session, settings.profile);
    if (code !== 0) terminal.err(`session-manager-plugin ended with exit code ${code}\n`);
    return code;
  } finally {
    release();
  }
}

export const exec: CommandDefinition = {
  name: "exec",
  summary: "Open a shell, or run a command, in a running task of a service",
  examples: ["berth exec web", "berth exec web ls -l /app", 'berth exec --task 1f3a worker "ps aux | head"'],
  takes: ["stack"],
  arguments: [
    { form: "<SERVICE>", description: "the service" },
    {
      form: "[COMMAND...]",
      description: "the command and its arguments (/bin/sh); one word with spaces is a shell's line",
    },
  ],
  options: [
    { flags: "--task <ID>", description: "the task whose id begins with this; else the youngest that runs" },
    { flags: "--container <NAME>", description: "another container of the task than the service's own" },
    "projectName",
    "file",
  ],
  passThrough: true,
  run: openShell,
};
