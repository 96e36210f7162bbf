import { BerthError } from "../../../../src/errors";
import type { CommandDefinition } from "../../../../src/launcher/core/command";
import { parseCommandLine } from "../../../../src/launcher/core/command-line";
import { commands } from "../../../../src/launcher/commands";
import { berth } from "../../../support/launcher";

/** Every command with the words that lead to it. */
function paths(
  list: readonly CommandDefinition[],
  before: readonly string[] = [],
): [string, CommandDefinition][] {
  return list.flatMap((definition) => {
    const words = [...before, definition.name];
    return [[words.join(" "), definition], ...paths(definition.subcommands ?? [], words)];
  });
}

const all = paths(commands);

test.each(all)(
  "berth %s --help says what it does, and has an example that it understands",
  (path, definition) => {
    const help = parseCommandLine([...path.split(" "), "--help"], commands);
    expect(help).toMatchObject({
      kind: "help",
      text: expect.stringContaining(`Usage: berth ${path}`) as string,
    });
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const example of definition.examples) {
      expect(help).toMatchObject({ text: expect.stringContaining(`$ ${example}`) as string });
      const words = example
        .replace(/^.*?berth /, "")
        .replace(/ [<|].*$/, "")
        .split(" ");
      const parsed = parseCommandLine(words, commands);
      expect(parsed).toMatchObject({ kind: "command", name: path.split(" ")[0] });
    }
  },
);

test.each([[[]], [["--help"]], [["help"]]])("%j lists every command", (argv) => {
  const help = parseCommandLine(argv, commands);
  for (const { name, summary } of commands)
    expect(help).toMatchObject({
      kind: "help",
      text: expect.stringMatching(
        new RegExp(`${name}.*${summary.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s+")}`),
      ) as string,
    });
});

test.each([["help"], ...all.map(([path]) => [`${path} --help`])])(
  "berth %s fits a terminal of 80 columns",
  (line) => {
    const help = parseCommandLine(line.split(" "), commands);
    const text = help.kind === "help" ? help.text : "";
    // Examples are command lines, which are whole.
    const [described = ""] = text.split(/\nExamples?:/);
    expect(described.split("\n").filter((each) => each.length > 80)).toEqual([]);
  },
);

function refusal(argv: readonly string[]): BerthError {
  try {
    parseCommandLine(argv, commands);
  } catch (error) {
    if (error instanceof BerthError) return error;
    throw error;
  }
  throw new Error("it was understood");
}

test.each([
  [["upp"], "Did you mean up?", "berth help"],
  [["bootstap"], "Did you mean bootstrap?", "berth help"],
  [["secret", "sett", "A"], "Did you mean set?", "berth secret --help"],
  [["up", "--stak", "a"], "Did you mean --stack?", "berth up --help"],
  [["--stak", "prod", "up"], "unknown option '--stak'", "berth COMMAND --stack"],
  [["-f", "compose.yaml", "up"], "unknown option '-f'", "berth COMMAND -f"],
  [["--file=compose.yaml", "up"], "unknown option '--file=compose.yaml'", "berth COMMAND --file"],
  [["ps", "--simulate"], "unknown option '--simulate'", "--simulate is an option of up, "],
  [["logs", "--simulate", "web"], "unknown option '--simulate'", "outputs"],
  [["--nothing", "up"], "unknown option '--nothing'", "berth help"],
  [["exec"], "missing required argument 'SERVICE'", "berth exec --help"],
  [["down", "a", "b"], "too many arguments", "berth down --help"],
])("%j is refused: %s", (argv, message, hint) => {
  const error = refusal(argv);
  expect(error.kind).toBe("usage");
  expect(error.message).toContain(message);
  expect(error.problems[0]?.hint).toContain(hint);
});

test("what stands after the service is the other program's", () => {
  const parsed = parseCommandLine(["exec", "--stack", "prod", "web", "ls", "-l", "--stack", "x"], commands);
  if (parsed.kind !== "command") throw new Error("help");
  expect(parsed.given.words).toEqual(["web", "ls", "-l", "--stack", "x"]);
  expect(parsed.given.text("stack")).toBe("prod");
});

test.each([
  [["logs"], true],
  [["logs", "--no-color"], false],
])("%j: colours are %s", (argv, coloured) => {
  const parsed = parseCommandLine(argv, commands);
  expect(parsed.kind === "command" && parsed.given.has("color")).toBe(coloured);
});

test("the command line counts before the environment, and the settings' problems name the variable", async () => {
  const env = { HOME: "/nowhere", BERTH_STACK: "good" };
  const refused = await berth(["up", "--stack", "Bad", "--region", "mars"], { env });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/BERTH_STACK: "Bad"[\s\S]*AWS_REGION: "mars"/);
});
