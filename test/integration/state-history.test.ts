/** What a stack's runs leave in the history, and how a state that is lost comes back. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cd, type Ran } from "../support/cd";

interface Kept {
  readonly id: string;
  readonly command: string;
}

let folder: string;
let project: string;
const state = (): string => join(folder, ".berth/simulator/shop/dev.state.json");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-history-"));
  project = join(folder, "shop");
  mkdirSync(project);
  write("one");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(message: string): void {
  writeFileSync(
    join(project, "compose.yaml"),
    `name: shop\nservices:\n  web:\n    image: nginx:1.29\n    environment: {MESSAGE: ${message}}\n`,
  );
}

function berth(...argv: readonly string[]): Promise<Ran> {
  return cd([...argv, "--simulate", "--json"], { env: { HOME: folder }, cwd: project });
}

async function kept(): Promise<readonly Kept[]> {
  return ((await berth("state", "history")).result.outputs as { states: readonly Kept[] }).states;
}

test("each run that changes something keeps its state; one of them comes back under its number or id", async () => {
  expect(await kept()).toEqual([]);
  expect((await berth("up")).code).toBe(0);
  const first = readFileSync(state(), "utf8");
  // Nothing changed, nothing kept.
  expect((await berth("up")).result.outcome).toBe("unchanged");
  write("two");
  expect((await berth("up")).code).toBe(0);
  expect((await kept()).map(({ command }) => command)).toEqual(["up", "up"]);

  const restored = await berth("state", "restore", "2");
  expect([restored.code, restored.result.outputs]).toEqual([
    0,
    { restored: expect.objectContaining({ command: "up" }) as object },
  ]);
  expect(readFileSync(state(), "utf8")).toBe(first);
  const [, newest] = await kept();
  expect((await berth("state", "restore", newest?.id ?? "")).code).toBe(0);
  // What it says is compared with the cloud, and the next run goes on from there.
  expect((await berth("refresh")).code).toBe(0);
  const next = await berth("up");
  expect([next.code, next.result.changes.create]).toEqual([0, 0]);
});

test("what isn't kept is told, with what is", async () => {
  const nothing = await berth("state", "restore");
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("none is kept")]);
  await berth("up");
  const error = await berth("state", "restore", "7");
  expect([error.code, error.stderr]).toEqual([2, expect.stringMatching(/"7".*\n.*one of 1 to 1/)]);
});

test.each(["", '{"version":1,"resources":[{"urn', "{}"])(
  "a state that was half written (%j) is recovered from the last good one, with a warning",
  async (text) => {
    await berth("up");
    writeFileSync(state(), text);
    const next = await berth("up", "--force");
    expect(next.code).toBe(0);
    expect(next.stderr).toMatch(/warning: .*can't be read.*the last good one is used instead/);
    expect(next.result.changes).toMatchObject({ create: 0, delete: 0 });
  },
);
