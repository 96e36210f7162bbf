/** `berth up`: deploys a project. */
import type { CommandDefinition } from "../core/command";
import { deployProject } from "../cd/deploy";
import { detachOption, programOptions, yesOption } from "../core/deployment";
export const up: CommandDefinition = {
  name: "up",
  summary: "Deploy the project: pack it, upload it, start the CD task and stay with it to the URLs",
  examples: ["berth up", "berth up --stack prod ./shop"],
  takes: ["project", "stack", "place", "json"],
  options: [
    detachOption,
    ...programOptions,
    yesOption,
    { flags: "--force", description: "run even where nothing changed" },
  ],
  run: (launcher, given) => deployProject(launcher, "up", given),
};
