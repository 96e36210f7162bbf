/** `berth exec`: runs a command in a task. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";

export const exec: CommandDefinition = {
  name: "exec",
  summary: "Run a command in a running task of a service",
  examples: ["berth exec web sh"],
  takes: ["project", "stack"],
  arguments: [
    { form: "<SERVICE>", description: "the service" },
    { form: "<COMMAND...>", description: "the command and its arguments" },
  ],
  passThrough: true,
  run: notYet("exec", "aws ecs execute-command opens one"),
};
