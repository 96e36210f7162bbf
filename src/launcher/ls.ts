/** `berth ls`: lists the stacks. */
import type { CommandDefinition } from "./core/command";
import { inThisProcess } from "./core/deployment";
export const ls: CommandDefinition = {
  name: "ls",
  summary: "List the stacks of the account and region",
  examples: ["berth ls"],
  takes: ["region", "place", "json"],
  run: inThisProcess("list"),
};
