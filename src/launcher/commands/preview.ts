/** `berth preview`: shows what up would do. */
import type { CommandDefinition } from "../core/command";
import { deployProject } from "../cd/deploy";
import { programOptions } from "../core/deployment";
export const preview: CommandDefinition = {
  name: "preview",
  summary: "Show what up would do; changes nothing",
  examples: ["berth preview", "berth preview --simulate --plan plan.json"],
  takes: ["project", "stack", "place", "json"],
  options: programOptions,
  run: (launcher, given) => deployProject(launcher, "preview", given),
};
