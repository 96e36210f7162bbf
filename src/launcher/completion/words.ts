/** What may follow on a command line of `berth`: commands, options and their values from the table, names from the project. */
import type { OptionDescription } from "../../command-line/options";
import { optionsOf } from "../../command-line/options";
import type { CommandDefinition } from "../core/command";

/** One word that may follow, with what it is in a few words. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** Names that only a project knows; empty where there is none, or it can't be read. */
export interface Names {
  services(): Promise<readonly string[]>;
  secrets(): Promise<readonly string[]>;
  profiles(): Promise<readonly string[]>;
  stacks(): Promise<readonly string[]>;
}

/**
 * The words that may replace the last one.
 *
 * @param line - the words behind the program's name; the last one is what is there of the word in question
 * @returns none where a file may be meant: the shell completes those itself
 */
export async function candidates(
  line: readonly string[],
  commands: readonly CommandDefinition[],
  names: Names,
): Promise<readonly Candidate[]> {
  const typed = line.at(-1) ?? "";
  const found = await all(line.slice(0, -1), typed, commands, names);
  // A shell expands what it is given: nothing but names goes to it.
  return found.filter(({ word }) => word.startsWith(typed) && /^[\w.@:=-]+$/.test(word));
}

/** The compose files that a command line names; `-f` is another option in some commands. */
export function filesIn(line: readonly string[], commands: readonly CommandDefinition[]): readonly string[] {
  const command = commands.find(({ name }) => name === line[0]);
  const file = command && optionsOf(command).find((option) => flagsOf(option).includes("--file"));
  if (file === undefined) return [];
  return line.slice(0, -1).filter((_, index) => flagsOf(file).includes(line[index - 1] ?? ""));
}

async function all(
  before: readonly string[],
  typed: string,
  commands: readonly CommandDefinition[],
  names: Names,
): Promise<readonly Candidate[]> {
  const [first, second] = before;
  if (first === undefined)
    return [...listed(commands), { word: "help", about: "Show the help of a command" }];
  if (first === "help") return listed(commands);
  const group = commands.find(({ name }) => name === first);
  if (group === undefined) return [];
  const sub = group.subcommands?.find(({ name }) => name === second);
  const command = sub ?? group;
  const given = before.slice(sub === undefined ? 1 : 2);
  const options = optionsOf(command);
  const open = options.find((option) => takesValue(option) && flagsOf(option).includes(given.at(-1) ?? ""));
  if (open !== undefined) return valuesOf(open, names);
  if (typed.startsWith("-")) return options.flatMap(optionWords);
  const subcommands = given.length === 0 && sub === undefined ? listed(group.subcommands ?? []) : [];
  return [...subcommands, ...(await argumentWords(command, given, options, names))];
}

function listed(commands: readonly CommandDefinition[]): readonly Candidate[] {
  return commands.map(({ name, summary }) => ({ word: name, about: summary }));
}

/** `-f`, `--file` of `-f, --file <FILE>`. */
function flagsOf({ flags }: OptionDescription): readonly string[] {
  return flags.match(/(?<=^|[ ,])--?[\w-]+/g) ?? [];
}

function takesValue({ flags }: OptionDescription): boolean {
  return /[<[]/.test(flags);
}

function optionWords(option: OptionDescription): readonly Candidate[] {
  return flagsOf(option)
    .filter((flag) => flag.startsWith("--"))
    .map((word) => ({ word, about: option.description }));
}

async function valuesOf(option: OptionDescription, names: Names): Promise<readonly Candidate[]> {
  if (option.choices !== undefined) return option.choices.map((word) => ({ word, about: "" }));
  const long = flagsOf(option).at(-1);
  if (long === "--stack") return named(await names.stacks(), "stack");
  if (long === "--profile") return named(await names.profiles(), "profile");
  if (/SERVICE|NAME/.test(option.flags) && ["--target", "--allow-data-loss"].includes(long ?? ""))
    return named(await names.services(), "service");
  return [];
}

/** What the positional argument is that the typed word is part of. */
async function argumentWords(
  command: CommandDefinition,
  given: readonly string[],
  options: readonly OptionDescription[],
  names: Names,
): Promise<readonly Candidate[]> {
  const positional = given.filter((word, index) => {
    const previous = given[index - 1] ?? "";
    return (
      !word.startsWith("-") && !options.some((each) => takesValue(each) && flagsOf(each).includes(previous))
    );
  });
  const forms = command.arguments ?? [];
  const last = forms.at(-1);
  const argument = forms[positional.length] ?? (last?.form.includes("...") === true ? last : undefined);
  if (argument?.choices !== undefined)
    return argument.choices.map((word) => ({ word, about: argument.description }));
  const form = argument?.form ?? "";
  const rest = (words: readonly string[]): readonly string[] =>
    words.filter((word) => !positional.includes(word));
  if (form.includes("SERVICE=N"))
    return named(
      (await names.services()).map((name) => `${name}=`),
      "service",
    );
  if (form.includes("SERVICE")) return named(rest(await names.services()), "service");
  if (form.includes("NAME")) return named(rest(await names.secrets()), "secret");
  return [];
}

function named(words: readonly string[], about: string): readonly Candidate[] {
  return words.map((word) => ({ word, about }));
}
