import { parseArguments } from "../../../src/settings/arguments";
import { BerthError } from "../../../src/errors";

describe("the command line", () => {
  test.each([
    [["up"], { command: "up", simulate: false, json: false, targets: [], files: [] }],
    [["up", "--simulate", "app.tar.gz"], { command: "up", simulate: true, archive: "app.tar.gz" }],
    [
      ["preview", "--json", "--plan", "p.json", "."],
      { command: "preview", json: true, plan: "p.json", archive: "." },
    ],
    [["up", "--target", "web", "--target", "api"], { command: "up", targets: ["web", "api"] }],
    [["up", "--refresh", "--force"], { command: "up", refresh: true, force: true }],
    [
      ["config", "-f", "a.yaml", "-f", "b.yaml", "--profile", "x"],
      { files: ["a.yaml", "b.yaml"], profiles: ["x"] },
    ],
    [["config", "--env-file", "prod.env"], { command: "config", envFiles: ["prod.env"] }],
    [["down", "--simulate", "."], { command: "down", simulate: true, archive: "." }],
    [["list"], { command: "list" }],
    [["--version"], { command: "version" }],
  ])("%j", (argv, expected) => {
    expect(parseArguments(argv)).toMatchObject(expected);
  });

  test.each([[["help"]], [["--help"]], [["up", "--help"]], [["help", "up"]], [[]]])(
    "%j shows help",
    (argv) => {
      const parsed = parseArguments(argv);
      expect(parsed.command).toBe("help");
      expect(parsed.helpText).toContain("Usage: berth-cd");
    },
  );

  test("the help of a command has an example", () => {
    expect(parseArguments(["up", "--help"]).helpText).toContain("Example:\n  $ berth-cd up");
  });

  test.each([
    [["pu"], "unknown command 'pu'"],
    [["up", "--simulat"], "Did you mean --simulate?"],
    [["up", "a", "b"], "too many arguments"],
    [["up", "--plan"], "argument missing"],
    [["list", "--target", "web"], "unknown option '--target'"],
  ])("%j is a usage error", (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(BerthError);
    expect(() => parseArguments(argv)).toThrow(message);
  });
});
