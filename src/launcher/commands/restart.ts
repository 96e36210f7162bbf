/** `berth restart`: starts the tasks of services again. */
import { restart as restartServices } from "../../app/running/restart";
import type { CommandDefinition } from "../core/command";
import { onRunning, waitOptions } from "../core/running";

export const restart: CommandDefinition = {
  name: "restart",
  summary: "Replace the tasks of services by new ones, a few at a time, and wait until they are steady",
  examples: ["berth restart", "berth restart web worker", "berth restart web --detach"],
  takes: ["project", "stack", "place", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services" }],
  options: [...waitOptions],
  run: onRunning(
    "restart",
    ({ words }) =>
      (stack, manner, deps) =>
        restartServices(stack, words, manner, deps),
  ),
};
