/** `berth start`: wakes what `berth stop` has stopped. */
import { start as startServices } from "../../app/running/wake";
import type { CommandDefinition } from "../core/command";
import { onRunning, waitOptions } from "../core/running";
import { stackAndProject } from "../core/stack";

export const start: CommandDefinition = {
  name: "start",
  summary: "Start what berth stop has stopped: databases, then services with the tasks that they had",
  examples: ["berth start", "berth start worker db"],
  takes: ["project", "stack", "place", "json"],
  arguments: [{ form: "[SERVICE...]", description: "only these services and databases" }],
  options: [...waitOptions],
  run: onRunning("start", ({ words }) => async (stack, manner, deps, launcher) => {
    // Only the file says which service waits for which; without one that can be read they start together.
    const found = await stackAndProject(launcher).catch(() => undefined);
    return startServices(stack, words, found?.loaded?.project, manner, deps);
  }),
};
