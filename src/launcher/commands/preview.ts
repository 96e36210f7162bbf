/** `berth preview`: shows what up would do. */
import type { CommandDefinition } from "../core/command";
import { deployProject } from "../cd/deploy";
import { projectOrServices } from "../../command-line/parse";

export const preview: CommandDefinition = {
  name: "preview",
  summary: "Show what up would do; changes nothing",
  examples: ["berth preview", "berth preview --simulate --plan plan.json", "berth preview --markdown"],
  arguments: [projectOrServices],
  takes: ["program", "project", "stack", "place", "json"],
  options: ["markdown", "build", "noBuild"],
  run: (launcher, given) => deployProject(launcher, "preview", given),
};
