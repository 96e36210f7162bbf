/** Completion: what may follow on a command line, and the scripts that ask for it. */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { commands } from "../../../src/launcher/commands";
import { shells } from "../../../src/launcher/completion/scripts";
import { Workspace } from "../../support/archives";
import { berth } from "../../support/launcher";
import { TerminalProgram } from "../../support/terminal";

const workspace = new Workspace();
const env = { HOME: workspace.path };
afterAll(() => {
  workspace.remove();
});
const shop = workspace.plant({
  "compose.yaml":
    "name: shop\nservices:\n  web: {image: nginx, environment: [TOKEN]}\n  worker: {image: httpd, profiles: [jobs]}\n  api: {image: httpd}\n",
  "other.yaml": "services: {single: {image: nginx}}\n",
  "broken/compose.yaml": "services: [\n",
});
mkdirSync(join(workspace.path, ".berth/.pulumi/stacks/shop"), { recursive: true });
writeFileSync(join(workspace.path, ".berth/.pulumi/stacks/shop/pr-7.json"), "{}");

async function words(line: readonly string[], cwd = shop): Promise<readonly string[]> {
  const { code, stdout, stderr } = await berth(["completion", "words", "--", ...line], { env, cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.split("\n").flatMap((row) => (row === "" ? [] : [row.split("\t")[0] ?? ""]));
}

test("the commands are those of the table, each with its summary", async () => {
  expect(await words([""])).toEqual([...commands.map(({ name }) => name), "help"]);
  expect(await words(["pre"])).toEqual(["preview"]);
  const { stdout } = await berth(["completion", "words", "--", "preview"], { env, cwd: shop });
  expect(stdout).toBe("preview\tShow what up would do; changes nothing\n");
});

test.each<[readonly string[], readonly string[]]>([
  [["up", "--st"], ["--stack"]],
  [
    ["up", "--color", ""],
    ["auto", "always", "never"],
  ],
  [
    ["up", "--stack", ""],
    ["dev", "pr-7"],
  ],
  [["up", "--profile", ""], ["jobs"]],
  [
    ["up", ""],
    ["web", "api"],
  ],
  [["up", "web", ""], ["api"]],
  [["logs", "-f", "w"], ["web"]],
  [["exec", "a"], ["api"]],
  [["scale", "w"], ["web="]],
  [["up", "--target", "a"], ["api"]],
  [
    ["secret", ""],
    ["set", "get", "ls", "rm"],
  ],
  [["secret", "set", ""], ["TOKEN"]],
  [["completion", "z"], ["zsh"]],
  [["help", "ver"], ["version"]],
  [["preview", "--file", "other.yaml", ""], ["single"]],
  [["preview", "--file", ""], []],
  [["nothing", ""], []],
])("%j can go on with %j", async (line, expected) => {
  expect(await words(line)).toEqual(expect.arrayContaining([...expected]));
  if (expected.length === 0) expect(await words(line)).toEqual([]);
});

test("a project that can't be read keeps nobody from completing options", async () => {
  expect(await words(["up", "w"], join(shop, "broken"))).toEqual([]);
  expect(await words(["up", "--det"], workspace.path)).toEqual(["--detach"]);
});

test.each(shells)("the script for %s holds no command, and asks for what there is", async (shell) => {
  const { code, stdout } = await berth(["completion", shell], { env, cwd: shop });
  expect(code).toBe(0);
  expect(stdout).toContain("berth completion words --");
  expect(stdout).not.toMatch(/\bpreview\b|--stack/);
});

describe("in a shell", () => {
  const bin = join(workspace.path, "bin");
  mkdirSync(bin, { recursive: true });
  const program = join(bin, "berth");
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "../../../dist/berth.js")}" "$@"\n`,
  );
  chmodSync(program, 0o755);
  const shellEnv = { ...process.env, HOME: workspace.path, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;
  const run = promisify(execFile);

  test("bash completes services and options", async () => {
    const script = `eval "$(berth completion bash)"
      of() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _berth; echo "\${COMPREPLY[*]}"; }
      of berth up w; of berth up --det; of berth preview --file ""`;
    const { stdout } = await run("bash", ["-c", script], { cwd: shop, env: shellEnv });
    expect(stdout.split("\n")).toEqual(["web", "--detach", "", ""]);
  });

  (has("fish") ? test : test.skip)("fish completes services", async () => {
    const lines = ["berth up w", "berth up ", "berth up --det", "berth scale a"];
    const script = ["berth completion fish | source", ...lines.map((line) => `complete -C '${line}'`)];
    const { stdout } = await run("fish", ["--no-config", "-c", script.join("; ")], {
      cwd: shop,
      env: shellEnv,
    });
    const found = stdout
      .trim()
      .split("\n")
      .map((row) => row.split("\t")[0]);
    expect(found).toEqual(["web", "api", "web", "--detach", "api="]);
  });

  (has("zsh") ? test : test.skip)("zsh completes at the key", async () => {
    const rc = 'autoload -U compinit; compinit -u; eval "$(berth completion zsh)"';
    writeFileSync(join(workspace.path, ".zshrc"), `${rc}\n`);
    const env = { HOME: workspace.path, PATH: shellEnv.PATH, PS1: "$ " };
    const shell = new TerminalProgram(["zsh", "-i"], { env, cwd: shop });
    shell.type("echo berth-is-$((40 + 2))\r");
    await shell.shows(/berth-is-42/);
    shell.type("berth up w\t");
    await shell.shows(/berth up web/);
    shell.type("--det\t");
    await shell.shows(/--detach/);
    shell.type("\u0015berth completion \t");
    await shell.shows(/powershell/);
    await shell.close();
  });

  (has("pwsh") ? test : test.skip)("PowerShell completes services, and what follows a blank", async () => {
    const of = (line: string): string =>
      `(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches.CompletionText -join ' '`;
    const script = [
      "berth completion powershell | Out-String | Invoke-Expression",
      of("berth up w"),
      of("berth up "),
      of("berth up --det"),
    ].join("\n");
    const { stdout } = await run("pwsh", ["-NoProfile", "-Command", script], { cwd: shop, env: shellEnv });
    expect(stdout.trim().split(/\r?\n/)).toEqual(["web", "web api", "--detach"]);
  });
});
