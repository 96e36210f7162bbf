/** The command line of `berth`: argv in, the command and what it is given out. No environment, no side effect. */
import { Command, CommanderError, Option } from "commander";
import { BerthError } from "../../errors";
import { colorChoices } from "../../settings/arguments";
import type { CommandDefinition, Given, OptionDescription, OptionGroup } from "./command";

/** A command line that was understood. */
export type ParsedCommand =
  | { readonly kind: "help"; readonly text: string }
  | {
      readonly kind: "command";
      /** The first word: `secret` of `secret set`. */
      readonly name: string;
      readonly definition: CommandDefinition;
      /** The positional argument of the project group. */
      readonly project?: string;
      readonly given: Given;
    };

const region: OptionDescription = {
  flags: "--region <REGION>",
  description: "the region (AWS_REGION, else the profile's)",
};

const groups: Readonly<Record<OptionGroup, readonly OptionDescription[]>> = {
  project: [
    { flags: "-p, --project-name <NAME>", description: "the project's name (BERTH_PROJECT)" },
    { flags: "-f, --file <FILE>", description: "compose file; repeatable", repeatable: true },
    { flags: "--profile <NAME>", description: "profile to enable; repeatable", repeatable: true },
    { flags: "--env-file <FILE>", description: "env file in place of .env; repeatable", repeatable: true },
    {
      flags: "--project-directory <DIR>",
      description: "what relative paths are seen from; else the first file's folder",
    },
  ],
  stack: [{ flags: "--stack <NAME>", description: "the stack (BERTH_STACK, else dev)" }, region],
  region: [region],
  place: [
    { flags: "--local", description: "run berth-cd in this process instead of in a task" },
    { flags: "--simulate", description: "use the simulator: no account, no network, no task" },
  ],
  json: [{ flags: "--json", description: "print the result as JSON, and nothing else on stdout" }],
};

function optionOf({ flags, description, repeatable }: OptionDescription): Option {
  const option = new Option(flags, description);
  if (repeatable !== true) return option;
  return option.argParser((value: string, previous: readonly string[] | undefined): readonly string[] => [
    ...(previous ?? []),
    value,
  ]);
}

class Builder {
  parsed: ParsedCommand | undefined;
  printed = "";

  program(definitions: readonly CommandDefinition[]): Command {
    const program = this.#quiet(new Command("berth"))
      .description("From a Compose file to a running app in your own AWS account.")
      .usage("COMMAND [OPTIONS]")
      .enablePositionalOptions()
      .helpCommand("help [command]", "Show the help of a command")
      .helpOption("-h, --help", "Show help")
      .option("--version", "Print the version")
      .addHelpText("after", "\nberth COMMAND --help shows a command's options and an example.");
    for (const definition of definitions)
      program.addCommand(this.#command(definition, "berth", definition.name));
    return program;
  }

  #command(definition: CommandDefinition, path: string, root: string): Command {
    const full = `${path} ${definition.name}`;
    const command = this.#quiet(new Command(definition.name))
      .summary(definition.summary)
      .description(definition.summary)
      .helpOption("-h, --help", "Show help")
      .addHelpText("after", examplesText(definition.examples));
    if (definition.passThrough === true) command.passThroughOptions();
    command.addOption(
      new Option("--color <WHEN>", "colours: auto, always, never").choices(colorChoices).hideHelp(),
    );
    for (const { form, description } of definition.arguments ?? []) command.argument(form, description);
    const takes = definition.takes ?? [];
    const namesProject = takes.includes("project") && definition.arguments === undefined;
    if (namesProject)
      command.argument(
        "[PROJECT]",
        "a folder, a compose file or an archive; else it is looked for from here up",
      );
    for (const option of [...(definition.options ?? []), ...takes.flatMap((group) => groups[group])])
      command.addOption(optionOf(option));
    for (const sub of definition.subcommands ?? [])
      command.enablePositionalOptions().addCommand(this.#command(sub, full, root));
    if (definition.run !== undefined) {
      command.action(() => {
        const words = command.processedArgs.flat().filter((word): word is string => typeof word === "string");
        this.parsed = {
          kind: "command",
          name: root,
          definition,
          ...(namesProject && words[0] !== undefined ? { project: words[0] } : {}),
          given: givenOf(namesProject ? [] : words, command.opts()),
        };
      });
    }
    return command;
  }

  /** Nothing is printed and nothing ends the process: both are for the caller. */
  #quiet(command: Command): Command {
    const keep = (text: string): void => {
      this.printed += text;
    };
    return command.exitOverride().configureOutput({ writeOut: keep, writeErr: keep });
  }
}

function examplesText(examples: readonly string[]): string {
  const title = examples.length === 1 ? "Example" : "Examples";
  return `\n${title}:\n${examples.map((example) => `  $ ${example}`).join("\n")}`;
}

function givenOf(words: readonly string[], options: Readonly<Record<string, unknown>>): Given {
  return {
    words,
    has: (name) => options[name] !== undefined && options[name] !== false,
    text: (name) => {
      const value = options[name];
      return typeof value === "string" ? value : undefined;
    },
    list: (name) => {
      const value = options[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

/**
 * Reads the command line.
 *
 * @param argv - without node and the script: `["up", "--detach"]`
 * @throws BerthError (usage) on an unknown command or option, with the nearest one that exists
 */
export function parseCommandLine(
  argv: readonly string[],
  definitions: readonly CommandDefinition[],
): ParsedCommand {
  const builder = new Builder();
  const program = builder.program(definitions);
  const line = argv[0] === "--version" || argv[0] === "-V" ? ["version", ...argv.slice(1)] : [...argv];
  try {
    program.parse(line, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const asked = error.exitCode === 0 || error.code === "commander.help";
    if (asked) return { kind: "help", text: builder.printed };
    throw new BerthError("usage", {
      message: builder.printed.trim().replace(/^error: /, ""),
      hint: `${helpOf(program, line)} lists what there is`,
    });
  }
  return builder.parsed ?? { kind: "help", text: program.helpInformation() };
}

/** The help that is nearest to a command line. */
function helpOf(program: Command, line: readonly string[]): string {
  const known = program.commands.find((command) => command.name() === line[0]);
  return known === undefined ? "berth help" : `berth ${known.name()} --help`;
}
