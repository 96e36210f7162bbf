/** `berth down`: takes a stack away. */
import type { CommandDefinition } from "../core/command";
import { onStack } from "../cd/operate";
export const down: CommandDefinition = {
  name: "down",
  summary: "Delete the stack's resources, and the stack",
  examples: ["berth down", "berth down --stack pr-7"],
  takes: ["project", "stack", "place", "json"],
  options: ["allowDataLoss", "verbose", "yes", "detach"],
  run: onStack("down"),
};
