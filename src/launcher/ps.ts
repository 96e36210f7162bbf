/** `berth ps`: shows what runs. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";
export const ps: CommandDefinition = {
  name: "ps",
  summary: "Show the services: health, revision, last event, and why a task stopped",
  examples: ["berth ps", "berth ps --stack prod"],
  takes: ["project", "stack", "json"],
  run: notYet("ps", "aws ecs describe-services shows them"),
};
