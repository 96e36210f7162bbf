/** The README's own commands, typed word for word in a clean folder, against an account that is an emulator. */
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { Workspace } from "../support/archives";
import { startEmulator, type Emulator } from "../support/emulator";
import { builtProgram } from "../support/program";
import { keys, TerminalProgram } from "../support/terminal";

const root = join(__dirname, "../..");
const { version, berth } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly berth: { readonly image: string };
};
let emulator: Emulator;
let workspace: Workspace;
/** The clone: what `npm ci && npm run build` leaves in it is there. */
let clone: string;
let env: Record<string, string>;
let screen: TerminalProgram | undefined;

beforeAll(async () => {
  workspace = new Workspace();
  const homeOfTasks = join(workspace.path, "tasks");
  mkdirSync(homeOfTasks);
  const task = join(__dirname, "../support/emulator/cd-task.mjs");
  // The published image, as ECS would pull it.
  const programs = {
    [`${berth.image}:${version}`]: [process.execPath, task, builtProgram("berth-cd"), homeOfTasks],
  };
  emulator = await startEmulator({ programs });
  clone = join(workspace.path, "clone");
  cpSync(join(root, "examples"), join(clone, "examples"), { recursive: true });
  cpSync(join(root, "package.json"), join(clone, "package.json"));
  symlinkSync(join(root, "dist"), join(clone, "dist"));
  const prefix = join(workspace.path, "prefix");
  const bin = join(workspace.path, "bin");
  for (const folder of [prefix, bin]) mkdirSync(folder);
  writeFileSync(join(bin, "npm"), npm);
  chmodSync(join(bin, "npm"), 0o755);
  const path = [bin, join(prefix, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter);
  env = {
    ...emulator.env,
    HOME: workspace.path,
    PATH: path,
    OWN_BIN: bin,
    NPM_CONFIG_PREFIX: prefix,
    NPM_CONFIG_OFFLINE: "true",
    NPM_CONFIG_UPDATE_NOTIFIER: "false",
  };
});

afterAll(async () => {
  await screen?.close();
  await emulator.stop();
  workspace.remove();
});

/** `npm test` has installed and built already; everything else is npm's own. */
const npm = `#!/bin/sh
case "$*" in
  ci | "run build") exit 0 ;;
esac
PATH=$(printf %s "$PATH" | sed "s|^$OWN_BIN:||")
exec npm "$@"
`;

/** The lines of the code blocks below a heading of a page. */
function blocks(page: string, heading: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const [, section] = new RegExp(`^#+ ${heading}$([^]*?)(?:^#+ |$(?![^]))`, "m").exec(text) ?? [];
  if (section === undefined) throw new Error(`${page} has no heading ${heading}`);
  return [...section.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** What follows the prompts of a block. */
function commandsOf(block: string): readonly string[] {
  return block.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
}

/** A shell in the clone that runs the lines as they are, and stops at the first that fails. */
function typed(lines: readonly string[]): TerminalProgram {
  screen = new TerminalProgram(["sh", "-e", "-c", lines.join("\n")], { cwd: clone, env, columns: 100 });
  return screen;
}

test("the quick start ends with the services' URLs", async () => {
  const [block = ""] = blocks("README.md", "Quick start");
  const lines = commandsOf(block);
  expect(lines.length).toBeGreaterThan(3);
  const shell = typed(lines);
  await shell.shows(/\? Set up this account\?/);
  shell.type(`y${keys.enter}`);
  await shell.shows(/The account is ready/);
  await shell.shows(/\? Value of POSTGRES_PASSWORD/);
  shell.type(`hidden00${keys.enter}`);
  await shell.shows(/set POSTGRES_PASSWORD/);
  await shell.shows(/\? Create the stack dev of todo\?/);
  shell.type(`y${keys.enter}`);
  await shell.shows(/The deployment succeeded/);
  await shell.shows(/^web +https:\/\//m);
  expect(await shell.ended).toBe(0);
  expect(shell.text).not.toContain("hidden00");
});

test("what it says of the same again, down, and bootstrap --down", async () => {
  const shell = typed(["cd examples/todo", "berth up --yes", "berth down", "berth bootstrap --down"]);
  await shell.shows(/Nothing to change/);
  await shell.shows(/\? Delete the stack dev of todo\?/);
  shell.type(`y${keys.enter}`);
  await shell.shows(/The stack is down/);
  await shell.shows(/\(y\/N\)/);
  shell.type(`y${keys.enter}`);
  await shell.shows(/The bucket \S+ and its key stay/);
  expect(await shell.ended).toBe(0);
});

test("the commands for a project of one's own", async () => {
  const block = blocks("README.md", "Try it").find((text) => text.includes("path/to/project")) ?? "";
  cpSync(join(root, "examples/hello"), join(clone, "path/to/project"), { recursive: true });
  const shell = typed(block.trim().split("\n"));
  await shell.shows(/^web +https:\/\//m);
  expect([await shell.ended, shell.text]).toEqual([
    0,
    expect.stringContaining("The deployment succeeded") as string,
  ]);
  // Of the preview, which is before it.
  expect(shell.text).toMatch(/about \$\d+ a month/);
});

test.each(["hello", "todo"])("the simulated preview in the page of examples/%s", async (name) => {
  const page = readFileSync(join(root, "examples", name, "README.md"), "utf8");
  const lines = commandsOf(page).filter((line) => line.includes("--simulate"));
  expect(lines).toHaveLength(1);
  const shell = typed([`cd examples/${name}`, ...lines]);
  expect([await shell.ended, shell.text]).toEqual([
    0,
    expect.stringMatching(/nothing was changed|Nothing to change/) as string,
  ]);
});
