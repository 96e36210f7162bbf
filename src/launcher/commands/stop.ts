/** `berth stop`: puts a stack to sleep. */
import { stop as stopServices } from "../../app/running/sleep";
import type { CommandDefinition } from "../core/command";
import { onRunning, waitOptions } from "../core/running";

export const stop: CommandDefinition = {
  name: "stop",
  summary: "Stop services and databases, without deleting anything; says what goes on costing",
  examples: ["berth stop", "berth stop worker db"],
  takes: ["project", "stack", "place", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services and databases" }],
  options: [...waitOptions],
  run: onRunning(
    "stop",
    ({ words }) =>
      (stack, manner, deps) =>
        stopServices(stack, words, manner, deps),
  ),
};
