/** `berth run`: runs a one-off task. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";

export const run: CommandDefinition = {
  name: "run",
  summary: "Run a one-off task with the image and environment of a service",
  examples: ["berth run web npm run migrate"],
  takes: ["project", "stack"],
  arguments: [
    { form: "<SERVICE>", description: "the service" },
    { form: "[COMMAND...]", description: "the command and its arguments, in place of the service's own" },
  ],
  passThrough: true,
  run: notYet("run", "aws ecs run-task starts one"),
};
