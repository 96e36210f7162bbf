/** `berth refresh`: corrects the state. */
import type { CommandDefinition } from "../core/command";
import { onStack } from "../cd/operate";
export const refresh: CommandDefinition = {
  name: "refresh",
  summary: "Compare the state with the cloud and correct the state",
  examples: ["berth refresh"],
  takes: ["project", "stack", "place", "json"],
  options: ["verbose", "detach"],
  run: onStack("refresh"),
};
