/**
 * When `up` may end as "Nothing to change": the built `berth`, in an account that is an emulator, decides by what the
 * runs of its CD task left beside the state. A short cut that is taken wrongly leaves the user with what he had.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Workspace } from "../support/archives";
import { bundle } from "../support/bundle";
import { startEmulator, type Emulator } from "../support/emulator";
import { program, type Finished } from "../support/program";

const compose = `name: shop
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    environment:
      API_KEY:
  worker:
    image: nginx:1.29
`;

describe("berth", () => {
  let emulator: Emulator;
  let workspace: Workspace;
  let project: string;

  beforeAll(async () => {
    workspace = new Workspace();
    const homeOfTasks = join(workspace.path, "tasks");
    mkdirSync(homeOfTasks);
    const task = join(__dirname, "../support/emulator/cd-task.mjs");
    const cd = await bundle(join(__dirname, "account-run.ts"), await versionOfBuild());
    emulator = await startEmulator({
      programs: { "berth-cd:1": [process.execPath, task, cd, homeOfTasks] },
    });
    project = workspace.plant({ "compose.yaml": compose });
    expect(await berth("bootstrap", "--image", "berth-cd:1")).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    await emulator.stop();
    workspace.remove();
  });

  function berth(...argv: readonly string[]): Promise<Finished> {
    return program("berth", argv, { cwd: project, env: { ...emulator.env, HOME: workspace.path } });
  }

  async function setSecret(value: string, stack: string): Promise<void> {
    const file = workspace.write(`API_KEY=${value}\n`, "secrets.env");
    const set = await berth("secret", "set", "--env-file", file, "API_KEY", "--stack", stack);
    expect([set.code, set.stderr]).toEqual([0, set.stderr]);
  }

  /** @returns whether `berth` took the short cut: no task was started */
  async function unchanged(stack: string): Promise<boolean> {
    const up = await berth("up", "--stack", stack);
    expect([up.code, up.stderr]).toEqual([0, up.stderr]);
    const short = up.stderr.includes("Nothing to change");
    expect(up.stderr.includes("Started the CD task")).toBe(!short);
    return short;
  }

  test("a secret that was rotated is no unchanged project: its services get the new version", async () => {
    await setSecret("first", "rotated");
    expect(await unchanged("rotated")).toBe(false);
    expect(await unchanged("rotated")).toBe(true);
    await setSecret("second", "rotated");
    const up = await berth("up", "--stack", "rotated");
    expect(up.stderr).toContain("Started the CD task");
    expect(up.stdout).toMatch(/^Updated: web$/m);
    expect(await unchanged("rotated")).toBe(true);
  });

  test("what its runs left answers who only reads: no further task starts", async () => {
    await setSecret("first", "read");
    expect((await berth("up", "--stack", "read")).code).toBe(0);
    const outputs = await berth("outputs", "--stack", "read");
    expect(outputs.stderr).toBe("");
    const { endpoints } = JSON.parse(outputs.stdout) as { endpoints: Record<string, string> };
    const url = endpoints["web"] ?? "no URL";
    expect((await berth("ls")).stdout).toMatch(/^shop +read +\d+ /m);
    expect((await berth("history", "--stack", "read")).stdout).toMatch(/^1 .* up .* succeeded in /m);
    expect(await berth("open", "--stack", "read")).toMatchObject({ code: 0, stdout: `${url}\n` });
    const preview = await berth("preview", "--stack", "read");
    expect(preview).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing to change") as string,
    });
    expect(preview.stderr).not.toContain("CD task");
    const page = await berth("open", "--page", "--stack", "read");
    expect(await (await fetch(page.stdout.trim())).text()).toContain(
      "<title>shop read: up succeeded</title>",
    );
    const json = await berth("outputs", "--stack", "read", "--json");
    expect(json.stdout).not.toContain("first");
  });
});

test("berth-cd: a run with --target is not what the next up compares with", async () => {
  const home = mkdtempSync(join(tmpdir(), "berth-short-cut-"));
  writeFileSync(join(home, "compose.yaml"), compose);
  const berthCd = async (...argv: readonly string[]): Promise<Finished["result"]> =>
    (await program("berth-cd", [...argv, "--simulate", "--json", home], { cwd: home, env: { HOME: home } }))
      .result;
  try {
    const part = await berthCd("up", "--target", "worker");
    expect(part).toMatchObject({ outcome: "succeeded" });
    const rest = await berthCd("up");
    expect(rest).toMatchObject({ outcome: "succeeded", changes: { same: part.changes.create } });
    expect(rest.endpoints).toHaveProperty("web");
    expect(await berthCd("up")).toMatchObject({ outcome: "unchanged" });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

/** What the build set of `src/version.ts`: the fingerprints of `berth` and of its CD task are those of one build. */
async function versionOfBuild(): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await program("berth-cd", ["version"]);
  const [, version, build] = /^berth-cd (\S+) \((\w+)\)$/m.exec(stdout) ?? [];
  if (version === undefined || build === undefined) throw new Error(`berth-cd version says ${stdout}`);
  return { BERTH_VERSION: JSON.stringify(version), BERTH_BUILD: JSON.stringify(build) };
}
