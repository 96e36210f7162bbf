/** `berth up`: deploys a project. */
import type { CommandDefinition } from "../core/command";
import { deployProject } from "../cd/deploy";
import { projectOrServices } from "../../command-line/parse";

export const up: CommandDefinition = {
  name: "up",
  summary:
    "Deploy the project: pack it, upload it, start the CD task and follow it to its end, with the URLs",
  examples: [
    "berth up",
    "berth up web",
    "berth up --stack prod ./shop",
    "berth up --force-recreate=web ./shop",
  ],
  arguments: [projectOrServices],
  takes: ["program", "project", "stack", "place", "json"],
  options: ["detach", "yes", "force", "forceRecreate", "build", "noBuild"],
  run: (launcher, given) => deployProject(launcher, "up", given),
};
