/** `berth version`: prints the version. */
import { build, version as number } from "../../version";
import type { CommandDefinition } from "../core/command";

export const version: CommandDefinition = {
  name: "version",
  summary: "Print the version",
  examples: ["berth version"],
  takes: ["json"],
  run: async (launcher, given) => {
    if (given.has("json")) return launcher.berthCd(["version", "--json"]);
    launcher.terminal.out(`berth ${number} (${build})\n`);
    return 0;
  },
};
