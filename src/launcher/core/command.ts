/** What a command of `berth` is: the shape that every file of `commands/` has. */
import type { Launcher } from "./launcher";

/** Groups of options that several commands share. */
export type OptionGroup =
  /** `[PROJECT] -p -f --profile --env-file`: which project; without any, the compose file is looked for as Compose does. */
  | "project"
  /** `--stack`, `--region`: which stack of it, and where. */
  | "stack"
  /** `--region` alone. */
  | "region"
  /** `--simulate`, `--local`: what `berth-cd` runs in, instead of a task. */
  | "place"
  /** `--json`: the result on stdout, alone. */
  | "json";

/** One option of a command. */
export interface OptionDescription {
  /** commander's form: `-y, --yes`, `--since <TIME>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given more than once: its values are a list. @default false */
  readonly repeatable?: boolean;
}

/** One positional argument, in commander's form: `<NAME>`, `[SERVICE]`, `[SERVICE...]`. */
export interface ArgumentDescription {
  readonly form: string;
  readonly description: string;
}

/** What a command line gives to a command. */
export interface Given {
  /** Positional arguments, those of the project group apart; a list (`[SERVICE...]`) lies flat in it. */
  readonly words: readonly string[];
  /** Whether an option is there. @param name - in camel case, as commander names it: `--no-tty` is `tty`, and false */
  has(name: string): boolean;
  /** An option's value. */
  text(name: string): string | undefined;
  /** The values of a repeatable option. */
  list(name: string): readonly string[];
}

/** A command, or a group of commands. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Command lines that work, for `--help`. */
  readonly examples: readonly string[];
  readonly takes?: readonly OptionGroup[];
  readonly arguments?: readonly ArgumentDescription[];
  readonly options?: readonly OptionDescription[];
  /** Its `--env-file` is another file than one that the project is read with. @default false */
  readonly ownEnvFile?: boolean;
  /** Everything after the first positional argument belongs to another program: `berth exec web ls -l`. @default false */
  readonly passThrough?: boolean;
  /** `berth secret set`; a group with `run` does that without a subcommand. */
  readonly subcommands?: readonly CommandDefinition[];
  /**
   * Does it.
   *
   * @returns the exit code, which is 0 unless it is another program's
   * @throws BerthError with every problem at once
   */
  readonly run?: (launcher: Launcher, given: Given) => Promise<number>;
}
