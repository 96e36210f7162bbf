/** `berth scale`: gives services another number of tasks. */
import { scale as scaleServices, scalingsOf } from "../../app/running/scale";
import type { CommandDefinition } from "../core/command";
import { onRunning, waitOptions } from "../core/running";

export const scale: CommandDefinition = {
  name: "scale",
  summary: "Give services another number of tasks, until the file has another one",
  examples: ["berth scale web=3", "berth scale web=3 worker=0"],
  takes: ["project", "stack", "place", "json"],
  arguments: [{ form: "<SERVICE=N...>", description: "a service and its number of tasks" }],
  options: [...waitOptions],
  run: onRunning("scale", ({ words }) => {
    const scalings = scalingsOf(words);
    return (stack, manner, deps) => scaleServices(stack, scalings, manner, deps);
  }),
};
