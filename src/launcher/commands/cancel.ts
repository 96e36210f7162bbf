/** `berth cancel`: breaks a lock. */
import type { CommandDefinition } from "../core/command";
import { cancelRun } from "../cd/operate";
export const cancel: CommandDefinition = {
  name: "cancel",
  summary: "End the run that has locked the stack, or break the lock that it left",
  examples: ["berth cancel --stack prod", "berth cancel --force"],
  options: [{ flags: "--force", description: "break the lock, whoever has it" }],
  takes: ["project", "stack", "place", "json"],
  run: cancelRun,
};
