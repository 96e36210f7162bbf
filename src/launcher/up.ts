/** `berth up`: deploys a project. */
import type { CommandDefinition } from "./core/command";
import { inThisProcess, programOptions } from "./core/deployment";
export const up: CommandDefinition = {
  name: "up",
  summary: "Deploy the project: pack it, upload it, start the CD task and stay with it to the URLs",
  examples: ["berth up", "berth up --stack prod ./shop"],
  takes: ["project", "stack", "place", "json"],
  options: [...programOptions, { flags: "--force", description: "run even where nothing changed" }],
  run: inThisProcess("up"),
};
