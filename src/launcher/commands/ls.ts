/** `berth ls`: lists the stacks. */
import type { CommandDefinition } from "../core/command";
import { stacksOf } from "../cd/operate";
export const ls: CommandDefinition = {
  name: "ls",
  summary: "List the stacks of the account and region",
  examples: ["berth ls"],
  takes: ["region", "place", "json"],
  run: stacksOf,
};
