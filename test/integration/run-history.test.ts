/** `berth history`: what runs leave of themselves, read without a task. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { StackRun } from "../../src/app/stack/runs";
import { FileTexts } from "../../src/engine/lease/file-texts";
import { LocalOwners } from "../../src/engine/lease/local-owners";
import { StackLeases } from "../../src/engine/lease/lease";
import { BerthError } from "../../src/errors";
import { systemClock } from "../../src/wiring/clock";
import { cd } from "../support/cd";
import { berth, type LauncherRun } from "../support/launcher";

let folder: string;
let project: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-runs-"));
  project = join(folder, "shop");
  mkdirSync(project);
  write("512M");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(memory: string): void {
  writeFileSync(
    join(project, "compose.yaml"),
    `name: shop\nservices:\n  web:\n    image: nginx:1.29\n    deploy: {resources: {reservations: {memory: ${memory}}}}\n`,
  );
}

function run(line: string, env: Readonly<Record<string, string>> = {}): Promise<LauncherRun> {
  const argv = [...line.split(" "), "--simulate"];
  return berth(argv, { env: { HOME: folder, ...env }, cwd: project });
}

async function runs(): Promise<readonly StackRun[]> {
  return (JSON.parse((await run("history --json")).stdout) as { runs: readonly StackRun[] }).runs;
}

const records = (): string => join(folder, ".berth/simulator/runs/shop/dev");

test("each run has its line: when, who, which commit, what changed, how it ended", async () => {
  expect((await run("history")).stdout).toMatch(/^No runs/);
  await run("up", { GITHUB_ACTOR: "ann", GITHUB_SHA: "0123456789abcdef" });
  write("1G");
  await run("up", { BERTH_ACTOR: "bob", GITHUB_ACTOR: "ann" });
  write("2G");
  const refused = new BerthError("deployment", [{ path: "services.web", message: "no capacity" }]);
  const failed = await cd(["up", "--simulate"], {
    env: { HOME: folder, USER: "eve" },
    cwd: project,
    deps: (real) => ({ ...real, program: () => Promise.reject(refused) }),
  });
  expect(failed.code).toBe(5);
  await run("down");
  expect(await runs()).toMatchObject([
    { command: "down", outcome: "succeeded", exitCode: 0, changes: { create: 0 } },
    { command: "up", actor: "eve", outcome: "failed", exitCode: 5, error: "services.web: no capacity" },
    {
      command: "up",
      actor: "bob",
      outcome: "succeeded",
      what: [expect.stringMatching(/^web: memory 512M → 1G, /)],
    },
    { command: "up", actor: "ann", commit: "0123456789abcdef", outcome: "succeeded", exitCode: 0 },
  ]);
  const { stdout } = await run("history");
  expect(stdout).toMatch(/^RUN +STARTED +COMMAND +BY +COMMIT +RESULT +WHAT$/m);
  expect(stdout).toMatch(/^1 +\d{4}-\d\d-\d\d \d\d:\d\dZ +down +succeeded in \d+ s +\d+ deleted$/m);
  expect(stdout).toMatch(/^3 .* up +bob +succeeded in \d+ s +web: memory 512M → 1G, a/m);
  expect(stdout).toMatch(/^4 .* up +ann +0123456789ab +succeeded/m);
  expect((await run("history --tail 2")).stdout.trim().split("\n")).toHaveLength(3);
});

test("what only reads leaves no run and no page, nor does an unchanged up", async () => {
  await run("up");
  const pages = { BERTH_EVENTS: join(folder, "events.ndjson") };
  for (const line of ["outputs", "ls", "history", "cancel"]) await run(line, pages);
  expect(readdirSync(folder)).not.toContain("events.html");
  for (const line of ["up", "preview"]) await run(line);
  expect(await runs()).toHaveLength(1);
});

test("the page of a run lists the runs before it, with the word that opens theirs", async () => {
  const page = join(folder, "first.ndjson");
  await run("up", { BERTH_ACTOR: "ann", BERTH_COMMIT: "0123456789abcdef+changes", BERTH_EVENTS: page });
  const [first] = await runs();
  expect(first).toMatchObject({ page: join(folder, "first.html") });
  write("1G");
  await run("up", { BERTH_EVENTS: join(folder, "second.ndjson") });
  const [before, after] = ["first.html", "second.html"].map((name) =>
    readFileSync(join(folder, name), "utf8"),
  );
  expect(before).not.toContain("Runs before");
  expect(before).toMatch(/of commit 0123456789ab\+changes, by ann/);
  expect(after).toMatch(/Runs before.*UTC: up succeeded in \d+ s, by ann, of 0123456789ab, /s);
  expect(after).toContain(`<code>berth open --page ${first?.id ?? ""}</code>`);
  expect((await run("open --page 2")).stdout).toBe(`${pathToFileURL(join(folder, "first.html")).href}\n`);
});

test("a run without an end goes on where the stack is held, and was killed where it isn't", async () => {
  await run("up");
  const [name = ""] = readdirSync(records());
  const {
    ended: _ended,
    outcome: _outcome,
    ...begun
  } = JSON.parse(readFileSync(join(records(), name), "utf8")) as StackRun;
  writeFileSync(join(records(), name), JSON.stringify(begun));
  expect((await run("history")).stdout).toMatch(/^1 .* up +never ended/m);
  const store = new FileTexts(join(folder, ".berth/simulator"));
  const note = (): void => undefined;
  const leases = new StackLeases({
    store,
    owners: new LocalOwners(),
    clock: systemClock,
    version: "1",
    note,
  });
  const lease = await leases.take({ project: "shop", stack: "dev" }, "up", note);
  expect((await run("history")).stdout).toMatch(/^1 .* up +goes on/m);
  await lease.free();
});

test.each(["0", "many", "-3"])("--tail %s is refused", async (tail) => {
  const { code, stderr } = await run(`history --tail=${tail}`);
  expect([code, stderr]).toEqual([2, expect.stringContaining("is not a number of runs")]);
});
