/** commander, as both programs use it: argv in, the command and what it is given out. No environment, no side effect. */
import { Argument, Command, CommanderError, Option } from "commander";
import { BerthError } from "../errors";
import { nearest } from "../nearest";
import { optionsOf, type OptionChoice, type OptionDescription, type OptionGroup } from "./options";

/** One positional argument, in commander's form: `<NAME>`, `[SERVICE]`, `[SERVICE...]`. */
export interface ArgumentDescription {
  readonly form: string;
  readonly description: string;
  /** The only words that it takes. @default any */
  readonly choices?: readonly string[];
}

/** A command, or a group of commands. @typeParam C - what a program's commands are */
export interface CommandForm<C> {
  readonly name: string;
  readonly summary: string;
  /** Command lines that work, for `--help`. */
  readonly examples: readonly string[];
  readonly takes?: readonly OptionGroup[];
  readonly arguments?: readonly ArgumentDescription[];
  readonly options?: readonly OptionChoice[];
  /** Everything after the first positional argument belongs to another program: `berth exec web ls -l`. @default false */
  readonly passThrough?: boolean;
  /** `berth secret set` */
  readonly subcommands?: readonly C[];
  /** What does it. A group that has none needs a subcommand. */
  readonly run?: unknown;
}

type Form = Pick<CommandForm<unknown>, "takes" | "options" | "arguments">;

/** A program as its help shows it. */
export interface ProgramForm<C> {
  /** The word that starts it. */
  readonly name: string;
  readonly description: string;
  readonly commands: readonly C[];
  /** Commands of other programs that people try, with what to do instead. @default none */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** What a command line gives to a command. */
export interface Given {
  /** Positional arguments; a list (`[SERVICE...]`) is flat in it. */
  readonly words: readonly string[];
  /** The options' values by name: a text, the texts of a repeatable one, or whether a flag is there. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether an option is there. @param name - in camel case, as commander names it: `--no-tty` is `tty`, and false */
  has(name: string): boolean;
  /** An option's value. */
  text(name: string): string | undefined;
  /** The values of a repeatable option. */
  list(name: string): readonly string[];
}

/** A command line that was understood. */
export type ParsedLine<C> =
  | { readonly kind: "help"; readonly text: string }
  | {
      readonly kind: "command";
      /** The first word: `secret` of `secret set`. */
      readonly name: string;
      readonly command: C;
      readonly given: Given;
    };

const project: ArgumentDescription = {
  form: "[PROJECT]",
  description: "a folder, a compose file or an archive; else it is looked for from here up",
};

/** In its place, of a command that can be restricted to some services, as Compose's are. */
export const projectOrServices: ArgumentDescription = {
  form: "[PROJECT|SERVICE...]",
  description:
    "services to restrict to, with what they need; or a folder (./FOLDER), a compose file or an archive",
};

function argumentsOf({ takes = [], arguments: own }: Form): readonly ArgumentDescription[] {
  return own ?? (takes.includes("project") ? [project] : []);
}

/** Whether the first word behind a command can be a project. */
export function takesProject({ takes = [], arguments: own }: Form): boolean {
  return takes.includes("project") && (own === undefined || own.includes(projectOrServices));
}

/** The project that a command line names, where the command has no other arguments. */
export function projectOf(form: Form, { words }: Given): string | undefined {
  return takesProject(form) ? words[0] : undefined;
}

export function givenOf(words: readonly string[], values: Readonly<Record<string, unknown>>): Given {
  return {
    words,
    values,
    has: (name) => values[name] !== undefined && values[name] !== false,
    text: (name) => {
      const value = values[name];
      return typeof value === "string" ? value : undefined;
    },
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

/** The words that give a command its options again; what it does not take is left out. */
export function wordsOf(command: Form, values: Given["values"]): readonly string[] {
  return optionsOf(command).flatMap((description) => {
    const option = commanderOption(description);
    const value = values[option.attributeName()];
    if (value === undefined || value === false) return [];
    const flag = option.long ?? option.flags;
    if (value === true) return [flag];
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    return texts.flatMap((text) => (typeof text === "string" ? [flag, text] : []));
  });
}

function commanderOption({ flags, description, repeatable, choices, apartFrom }: OptionDescription): Option {
  const option = new Option(flags, description);
  if (apartFrom !== undefined) {
    option.negate = false;
    option.conflicts(apartFrom);
  }
  if (choices !== undefined) option.choices(choices);
  if (repeatable !== true) return option;
  return option.argParser((value: string, previous: readonly string[] | undefined): readonly string[] => [
    ...(previous ?? []),
    value,
  ]);
}

class Builder<C extends CommandForm<C>> {
  parsed: ParsedLine<C> | undefined;
  printed = "";
  readonly #isShort: (command: string) => boolean;

  /** @param line - the command line: of the commands that it leaves aside the name and the summary are enough */
  constructor(line: readonly string[]) {
    const [first = "help"] = line;
    // The help shows all of them, and an option before the command is looked for among those of each.
    const all = first === "help" || first.startsWith("-");
    this.#isShort = (command) => !all && command !== first;
  }

  program({ name, description, commands }: ProgramForm<C>): Command {
    const program = this.#quiet(new Command(name))
      .description(description)
      .usage("COMMAND [OPTIONS]")
      .enablePositionalOptions()
      .helpCommand("help [command]", "Show the help of a command")
      .helpOption("-h, --help", "Show help")
      .option("--version", "Print the version")
      .addHelpText("after", `\n${name} COMMAND --help shows a command's options and an example.`);
    for (const form of commands) program.addCommand(this.#command(form, form.name));
    return program;
  }

  #command(form: C, root: string): Command {
    const command = this.#quiet(new Command(form.name)).summary(form.summary).description(form.summary);
    if (this.#isShort(root)) return command;
    command.helpOption("-h, --help", "Show help").addHelpText("after", examplesText(form.examples));
    if (form.passThrough === true) command.passThroughOptions();
    for (const { form: shape, description, choices } of argumentsOf(form)) {
      const argument = new Argument(shape, description);
      command.addArgument(choices === undefined ? argument : argument.choices(choices));
    }
    for (const option of optionsOf(form)) command.addOption(commanderOption(option));
    for (const sub of form.subcommands ?? [])
      command.enablePositionalOptions().addCommand(this.#command(sub, root));
    if (form.subcommands !== undefined && form.run === undefined) return command;
    return command.action(() => {
      const words = command.processedArgs.flat().filter((word): word is string => typeof word === "string");
      this.parsed = { kind: "command", name: root, command: form, given: givenOf(words, command.opts()) };
    });
  }

  /** Nothing is printed and nothing ends the process: both are for the caller. */
  #quiet(command: Command): Command {
    const keep = (text: string): void => {
      this.printed += text;
    };
    return command
      .exitOverride()
      .configureOutput({ writeOut: keep, writeErr: keep })
      .configureHelp({ minWidthToWrap: 20, subcommandTerm });
  }
}

/** A command in a list of them. That it takes options is said above the list. */
function subcommandTerm(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(termOf)].join(" ");
}

function termOf(argument: Argument): string {
  const text = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${text}>` : `[${text}]`;
}

function examplesText(examples: readonly string[]): string {
  const title = examples.length === 1 ? "Example" : "Examples";
  return `\n${title}:\n${examples.map((example) => `  $ ${example}`).join("\n")}`;
}

/**
 * Reads the command line.
 *
 * @param argv - without node and the script: `["up", "--detach"]`
 * @throws BerthError (usage) on an unknown command or option, with the nearest one that exists
 */
export function parseLine<C extends CommandForm<C>>(
  argv: readonly string[],
  form: ProgramForm<C>,
): ParsedLine<C> {
  const line = argv[0] === "--version" || argv[0] === "-V" ? ["version", ...argv.slice(1)] : [...argv];
  const builder = new Builder<C>(line);
  const program = builder.program(form);
  try {
    program.parse(line, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const asked = error.exitCode === 0 || error.code === "commander.help";
    if (asked) return { kind: "help", text: builder.printed };
    const message = builder.printed.trim().replace(/^error: /, "");
    throw new BerthError("usage", {
      message,
      hint:
        misplaced(program, line) ??
        ofOthers(form, program, line, message) ??
        hintElsewhere(form, line) ??
        `${helpOf(program, line)} lists what there is`,
    });
  }
  return builder.parsed ?? { kind: "help", text: program.helpInformation() };
}

/** An option before the command: commander looks for it among the program's own alone. */
function misplaced(program: Command, [first = ""]: readonly string[]): string | undefined {
  if (!first.startsWith("-")) return undefined;
  const known = program.commands.flatMap(({ options }) =>
    options.flatMap(({ long, short }) => [long, short].filter((flag) => typeof flag === "string")),
  );
  const word = first.replace(/=.*/s, "");
  const meant = known.includes(word) ? word : word.startsWith("--") ? nearest(word, known) : undefined;
  return meant && `options follow the command: ${program.name()} COMMAND ${meant}`;
}

/** An option that this command lacks and others have: `berth ps --simulate`. */
function ofOthers<C extends CommandForm<C>>(
  { commands }: ProgramForm<C>,
  program: Command,
  [name = ""]: readonly string[],
  message: string,
): string | undefined {
  const [, flag] = /^unknown option '(--[\w-]+)/.exec(message) ?? [];
  if (flag === undefined || !commands.some((command) => command.name === name)) return undefined;
  const others = commands
    .filter((command) => optionsOf(command).some(({ flags }) => flags.split(/[ ,]+/).includes(flag)))
    .map((command) => command.name);
  return others.length === 0
    ? undefined
    : `${flag} is an option of ${others.join(", ")}; ${helpOf(program, [name])} lists what ${name} takes`;
}

function hintElsewhere<C>(
  { elsewhere = {} }: ProgramForm<C>,
  [first = ""]: readonly string[],
): string | undefined {
  return Object.hasOwn(elsewhere, first) ? elsewhere[first] : undefined;
}

/** The help that is nearest to a command line. */
function helpOf(program: Command, line: readonly string[]): string {
  const name = program.name();
  const known = program.commands.find((command) => command.name() === line[0]);
  return known === undefined ? `${name} help` : `${name} ${known.name()} --help`;
}
