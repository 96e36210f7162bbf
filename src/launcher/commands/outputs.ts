/** `berth outputs`: prints what a deployment gave. */
import type { CommandDefinition } from "../core/command";
import { outputsOf } from "../cd/operate";
export const outputs: CommandDefinition = {
  name: "outputs",
  summary: "Print the outputs of the stack's last deployment",
  examples: ["berth outputs --json"],
  takes: ["project", "stack", "place", "json"],
  run: outputsOf,
};
