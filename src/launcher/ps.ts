/** `berth ps`: shows what runs. */
import type { CommandDefinition, Given } from "./core/command";
import type { Launcher } from "./core/launcher";
import { stackOf } from "./core/stack";
import { stackStatus } from "./status/status";
import { statusText } from "./status/text";

async function showStatus(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, clock, aws } = launcher;
  const stack = await stackOf(launcher);
  const now = clock.now();
  const services = await aws.use((sdk, clients) =>
    stackStatus(
      stack,
      { cluster: new sdk.EcsClusterReader(clients), logs: new sdk.CloudWatchLogReader(clients), now },
      given.words,
    ),
  );
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ ...stack, services })}\n`
      : statusText(services, { ...terminal, now }),
  );
  return 0;
}

export const ps: CommandDefinition = {
  name: "ps",
  summary: "Show the services: health, revision, last event, and why a task stopped",
  examples: ["berth ps", "berth ps web --stack prod"],
  takes: ["stack", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services" }],
  options: [
    { flags: "-p, --project-name <NAME>", description: "the project's name (BERTH_PROJECT)" },
    { flags: "-f, --file <FILE>", description: "compose file; repeatable", repeatable: true },
    { flags: "--profile <NAME>", description: "profile to enable; repeatable", repeatable: true },
    { flags: "--env-file <FILE>", description: "env file in place of .env; repeatable", repeatable: true },
  ],
  run: showStatus,
};
