/** `berth logs`: reads the logs. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";

export const logs: CommandDefinition = {
  name: "logs",
  summary: "Show the services' logs",
  examples: ["berth logs web"],
  takes: ["project", "stack"],
  arguments: [{ form: "[SERVICE...]", description: "only these services" }],
  run: notYet("logs", "aws logs tail shows them"),
};
