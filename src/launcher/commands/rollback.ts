/** `berth rollback`: takes services back to what ran before. */
import { rollback as rollbackServices } from "../../app/running/rollback";
import type { CommandDefinition } from "../core/command";
import { onRunning, waitOptions } from "../core/running";

export const rollback: CommandDefinition = {
  name: "rollback",
  summary:
    "Roll services back to the image and configuration that ran before; the next up goes forward again",
  examples: ["berth rollback", "berth rollback web", "berth rollback web --to 12"],
  takes: ["project", "stack", "place", "json"],
  arguments: [
    { form: "[SERVICE...]", description: "only these; else all that the last deployment has changed" },
  ],
  options: [
    {
      flags: "--to <REVISION>",
      description:
        "a revision of the service's task definition: 12; of a static site the first characters of a version",
    },
    ...waitOptions,
  ],
  run: onRunning(
    "rollback",
    (given) => (stack, manner, deps) => rollbackServices(stack, given.words, given.text("to"), manner, deps),
  ),
};
