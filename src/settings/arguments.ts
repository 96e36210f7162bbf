/** The command line of `berth-cd`: argv in, plain values out. No environment, no side effect. */
import { Argument, Command, CommanderError, Option } from "commander";
import { BerthError } from "../errors";
import { definedOnly } from "../defined";

export const commandNames = [
  "up",
  "preview",
  "config",
  "refresh",
  "destroy",
  "down",
  "cancel",
  "outputs",
  "list",
  "state",
  "version",
  "help",
] as const;
export type CommandName = (typeof commandNames)[number];

/** What `state` does. */
export const stateActions = ["history", "restore"] as const;
export type StateAction = (typeof stateActions)[number];

/** Whether colours are wanted; `auto` asks the environment and the terminal. */
export const colorChoices = ["auto", "always", "never"] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** What argv says. Absent options are absent or empty, never defaulted from the environment. */
export interface Arguments {
  readonly command: CommandName;
  readonly archive?: string;
  readonly simulate: boolean;
  readonly json: boolean;
  readonly plan?: string;
  readonly targets: readonly string[];
  /** Services, `volumes`, `access-logs` or URNs whose data may go. */
  readonly allowDataLoss: readonly string[];
  readonly refresh: boolean;
  readonly force: boolean;
  /** `-f`: compose files, relative to the project's root, in order. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  /** Every resource has its line. @default false */
  readonly verbose?: boolean;
  /** No question is asked. @default false */
  readonly yes?: boolean;
  /** The preview as a comment of a pull request. @default false */
  readonly markdown?: boolean;
  readonly color?: ColorChoice;
  /** The folder that relative paths are seen from. @default that of the first compose file */
  readonly projectDirectory?: string;
  /** What `state` is to do. */
  readonly action?: StateAction;
  /** Which of the kept states: its place in the history, or its id. */
  readonly which?: string;
  /** The text to print for `help` and `--help`. */
  readonly helpText?: string;
}

interface CommandDescription {
  readonly name: CommandName;
  readonly summary: string;
  readonly example: string;
  /** Which groups of options the command takes. */
  readonly takes: readonly ("archive" | "program" | "stack" | "compose" | "lock" | "kept" | "loss")[];
}

const descriptions: readonly CommandDescription[] = [
  {
    name: "up",
    summary: "Deploy the project: build what changed, create or update its stack, print its URLs",
    example: "berth-cd up s3://bucket/uploads/app.tar.gz",
    takes: ["archive", "compose", "program", "stack", "loss"],
  },
  {
    name: "preview",
    summary: "Show what up would do; writes no state",
    example: "berth-cd preview --simulate --plan plan.json .",
    takes: ["archive", "compose", "program", "stack", "loss"],
  },
  {
    name: "config",
    summary: "Print the canonical project as JSON",
    example: "berth-cd config compose.yaml",
    takes: ["archive", "compose"],
  },
  {
    name: "refresh",
    summary: "Compare the state with the cloud and correct the state",
    example: "BERTH_PROJECT=todo berth-cd refresh",
    takes: ["archive", "compose", "stack"],
  },
  {
    name: "destroy",
    summary: "Delete the stack's resources, dependents first",
    example: "BERTH_PROJECT=todo berth-cd destroy",
    takes: ["archive", "compose", "stack", "loss"],
  },
  {
    name: "down",
    summary: "Refresh, destroy, then remove the stack",
    example: "BERTH_PROJECT=todo BERTH_STACK=pr-7 berth-cd down",
    takes: ["archive", "compose", "stack", "loss"],
  },
  {
    name: "cancel",
    summary: "End the run that has locked the stack, in order; or break the lock that it left",
    example: "BERTH_PROJECT=todo berth-cd cancel",
    takes: ["archive", "compose", "lock"],
  },
  {
    name: "outputs",
    summary: "Print the outputs of the stack's last deployment",
    example: "BERTH_PROJECT=todo berth-cd outputs --json",
    takes: ["archive", "compose"],
  },
  { name: "list", summary: "List the stacks of the backend", example: "berth-cd list", takes: [] },
  {
    name: "state",
    summary: "history: list the states that were kept; restore [N|ID]: put one back, the newest by default",
    example: "BERTH_PROJECT=todo berth-cd state restore 2",
    takes: ["compose", "kept"],
  },
  { name: "version", summary: "Print the version", example: "berth-cd version", takes: [] },
];

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([]);
}

function describeCommand(description: CommandDescription, done: (parsed: Arguments) => void): Command {
  const command = new Command(description.name)
    .summary(description.summary)
    .description(description.summary)
    .option("--simulate", "use the simulator instead of Pulumi and AWS: no account, no network", false)
    .option("--json", "print the Result, one line of JSON, and nothing else on stdout", false)
    .addOption(
      new Option("--color <WHEN>", "colours: auto looks at NO_COLOR, FORCE_COLOR and the terminal")
        .choices(colorChoices)
        .default("auto"),
    )
    .addHelpText("after", `\nExample:\n  $ ${description.example}`);
  const takes = new Set(description.takes);
  if (takes.has("archive")) {
    command.argument(
      "[ARCHIVE]",
      "s3://bucket/key, https://…, file://…, a .tar.gz, a directory or a compose file (BERTH_ARCHIVE)",
    );
  }
  if (takes.has("kept")) {
    command
      .addArgument(new Argument("<ACTION>", "what to do").choices(stateActions))
      .argument("[N|ID]", "for restore: its place in the history, 1 for the newest, or its id");
  }
  if (takes.has("compose")) {
    command
      .addOption(repeatable("-f, --file <FILE>", "compose file, relative to the project; repeatable"))
      .addOption(repeatable("--profile <NAME>", "profile to enable; repeatable"))
      .addOption(repeatable("--env-file <FILE>", "env file in place of .env; repeatable"))
      .option("--project-directory <DIR>", "what relative paths are seen from; else the first file's folder");
  }
  if (takes.has("program")) {
    command
      .option("--plan <FILE>", "write the plan as JSON")
      .option(
        "--refresh",
        "compare the state with the cloud first; never take the unchanged short cut",
        false,
      )
      .option("--force", "run even where nothing changed", false);
  }
  if (takes.has("program") || takes.has("stack")) {
    command.option("--verbose", "a line for every resource, and AWS's words for what changes", false);
    command.option("-y, --yes", "ask nothing", false);
  }
  if (description.name === "preview") command.option("--markdown", "print it as a comment", false);
  if (takes.has("lock")) command.option("--force", "break the lock, whoever has it", false);
  if (takes.has("stack")) {
    command.addOption(
      repeatable("--target <URN|SERVICE>", "restrict to a resource or a service; repeatable"),
    );
  }
  if (takes.has("loss")) {
    command.addOption(
      repeatable(
        "--allow-data-loss <NAME>",
        "service whose database may go, or volumes, access-logs; repeatable",
      ),
    );
  }
  return command.action((...values: unknown[]) => {
    const archive = takes.has("archive") ? (values[0] as string | undefined) : undefined;
    const [action, which] = takes.has("kept") ? (values as [StateAction, string?]) : [];
    done({
      ...argumentsOf(description.name, archive, command.opts()),
      ...definedOnly({ action, which }),
    });
  });
}

function argumentsOf(
  command: CommandName,
  archive: string | undefined,
  options: Record<string, unknown>,
): Arguments {
  const list = (name: string): readonly string[] => (options[name] as readonly string[] | undefined) ?? [];
  return {
    command,
    ...(archive === undefined ? {} : { archive }),
    simulate: options["simulate"] === true,
    json: options["json"] === true,
    ...(typeof options["plan"] === "string" ? { plan: options["plan"] } : {}),
    targets: list("target"),
    allowDataLoss: list("allowDataLoss"),
    refresh: options["refresh"] === true,
    force: options["force"] === true,
    verbose: options["verbose"] === true,
    yes: options["yes"] === true,
    markdown: options["markdown"] === true,
    color: (options["color"] as ColorChoice | undefined) ?? "auto",
    files: list("file"),
    profiles: list("profile"),
    envFiles: list("envFile"),
    ...(typeof options["projectDirectory"] === "string"
      ? { projectDirectory: options["projectDirectory"] }
      : {}),
  };
}

/**
 * Reads the command line.
 *
 * @param argv - without node and the script: `["up", "--simulate", "."]`
 * @throws BerthError (usage) on an unknown command or option, with the nearest one that exists
 */
export function parseArguments(argv: readonly string[]): Arguments {
  let parsed: Arguments | undefined;
  let printed = "";
  const program = new Command("berth-cd")
    .description("Puts a Compose project at berth in its owner's own AWS account.")
    .enablePositionalOptions()
    .helpCommand("help [command]", "Show the help of a command")
    .helpOption("-h, --help", "Show help")
    .option("--version", "Print the version");
  for (const description of descriptions) {
    program.addCommand(
      describeCommand(description, (values) => {
        parsed = values;
      }),
    );
  }
  const sink = {
    writeOut: (text: string) => {
      printed += text;
    },
    writeErr: (text: string) => {
      printed += text;
    },
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(sink);
  if (argv[0] === "--version" || argv[0] === "-V") return argumentsOf("version", undefined, {});
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || argv.length === 0)
      return { ...argumentsOf("help", undefined, {}), helpText: printed };
    throw new BerthError("usage", {
      message: printed.trim().replace(/^error: /, ""),
      hint: "berth-cd help lists the commands and their options",
    });
  }
  return parsed ?? { ...argumentsOf("help", undefined, {}), helpText: program.helpInformation() };
}
