/** `berth config`: Compose's own command, and `set|get|ls|rm` for those who look for secrets there. */
import type { CommandDefinition } from "../core/command";
import { runInProcess } from "../cd/local";
import { secretCommands } from "./secret";

export const config: CommandDefinition = {
  name: "config",
  summary: "Print the canonical project as JSON; set, get, ls, rm: the same as berth secret",
  examples: ["berth config", "berth config set POSTGRES_PASSWORD"],
  takes: ["project"],
  subcommands: secretCommands("config"),
  run: (launcher, given) => runInProcess(launcher, "config", given),
};
