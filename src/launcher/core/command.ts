/** What a command of `berth` is: the shape that every file of `commands/` has. */
import type { CommandForm, Given } from "../../command-line/parse";
import type { Launcher } from "./launcher";

export type { OptionDescription } from "../../command-line/options";
export type { Given } from "../../command-line/parse";

/** A command, or a group of commands. */
export interface CommandDefinition extends CommandForm<CommandDefinition> {
  /** Its `--env-file` is another file than one that the project is read with. @default false */
  readonly ownEnvFile?: boolean;
  /**
   * Does it; a group with `run` does that without a subcommand.
   *
   * @returns the exit code, which is 0 unless it is another program's
   * @throws BerthError with every problem at once
   */
  readonly run?: (launcher: Launcher, given: Given) => Promise<number>;
}
