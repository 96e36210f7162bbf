/** `berth down`: takes a stack away. */
import type { CommandDefinition } from "../core/command";
import { onStack } from "../cd/operate";
import { dataLossOption, detachOption, verboseOption, yesOption } from "../core/deployment";
export const down: CommandDefinition = {
  name: "down",
  summary: "Delete the stack's resources, and the stack",
  examples: ["berth down", "berth down --stack pr-7"],
  takes: ["project", "stack", "place", "json"],
  options: [dataLossOption, verboseOption, yesOption, detachOption],
  run: onStack("down"),
};
