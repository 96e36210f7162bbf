/** What `berth` gives on to `berth-cd` is the command line that it was given, whatever options that has. */
import { optionsOf, sharedOptions, type OptionDescription } from "../../../src/command-line/options";
import { givenOf } from "../../../src/command-line/parse";
import { parseCommandLine } from "../../../src/launcher/core/command-line";
import { commands } from "../../../src/launcher/commands";
import { argumentsOf, commandLineOf, commandNames, parseArguments } from "../../../src/settings/arguments";

const both = commands.filter(({ name }) => commandNames.some((other) => other === name));

function words(flags: string, repeatable = false, choices: readonly string[] = []): readonly string[] {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? flags;
  if (!flags.includes("<")) return [long];
  const value = choices[1] ?? "-x y";
  return repeatable ? [long, value, long, `${value}2`] : [long, value];
}

test.each(both)("every option of $name that berth-cd has arrives there", (definition) => {
  const options = optionsOf(definition);
  // What contradicts another option is given without it.
  const apart = options.flatMap(({ apartFrom }) => apartFrom ?? []);
  const lines = [
    apart.map((option) => `--${option}`),
    options.flatMap(({ apartFrom, flags }) => (apartFrom ? [flags] : [])),
  ];
  for (const excluded of lines) {
    const line = options.flatMap(({ flags, repeatable, choices }) =>
      excluded.includes(flags) ? [] : words(flags, repeatable, choices),
    );
    arrives(definition, line);
  }
});

function arrives(definition: (typeof both)[number], line: readonly string[]): void {
  const { name } = definition;
  const parsed = parseCommandLine([name, ...line], commands);
  if (parsed.kind !== "command") throw new Error("help");
  const command = commandNames.find((known) => known === name) ?? "help";
  const archive = definition.takes?.includes("project") === true ? "-app.tar.gz" : undefined;
  const again = parseArguments(commandLineOf(name, parsed.given.values, archive));
  expect(again).toEqual(argumentsOf(command, parsed.given, archive));
}

test("the table names each option as commander does", () => {
  for (const [name, { flags }] of Object.entries(sharedOptions)) {
    const long = /--([a-z-]+)/.exec(flags)?.[1] ?? "";
    expect(name).toBe(long.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase()));
  }
});

/** Where a command runs, and which stack it means, are no arguments of `berth-cd`. */
const elsewhere = ["local", "detach", "projectName", "stack", "region"];

test.each(Object.entries<OptionDescription>(sharedOptions).filter(([name]) => !elsewhere.includes(name)))(
  "--%s is read",
  (name, { flags, repeatable, choices }) => {
    const value = flags.includes("<") ? (choices?.[1] ?? "x") : true;
    const given = givenOf([], { [name]: repeatable === true ? [value] : value });
    const without = argumentsOf("up", givenOf([], {}), undefined);
    expect(argumentsOf("up", given, undefined)).not.toEqual(without);
  },
);

test.each(Object.entries<OptionDescription>(sharedOptions).filter(([name]) => !elsewhere.includes(name)))(
  "--%s is taken by a command of berth and by one of berth-cd",
  (name, { flags, repeatable, choices }) => {
    const value = flags.includes("<") ? (choices?.[1] ?? "x") : true;
    const values = { [name]: repeatable === true ? [value] : value };
    const ofBerth = commands.filter((definition) => optionsOf(definition).some((one) => one.flags === flags));
    const ofBerthCd = commandNames.filter((command) => commandLineOf(command, values, undefined).length > 1);
    expect([ofBerth.length > 0, ofBerthCd.length > 0]).toEqual([true, true]);
  },
);
