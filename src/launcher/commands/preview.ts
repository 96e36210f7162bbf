/** `berth preview`: shows what up would do. */
import type { CommandDefinition } from "../core/command";
import { deployProject } from "../cd/deploy";
import { programOptions } from "../core/deployment";
export const preview: CommandDefinition = {
  name: "preview",
  summary: "Show what up would do; changes nothing",
  examples: ["berth preview", "berth preview --simulate --plan plan.json", "berth preview --markdown"],
  takes: ["project", "stack", "place", "json"],
  options: [
    ...programOptions,
    { flags: "--markdown", description: "print it as the comment of a pull request" },
  ],
  run: (launcher, given) => deployProject(launcher, "preview", given),
};
