/** What a person reads of each kind of run, kept as files: plain, and in terminals of several widths. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expectGolden } from "../support/golden";
import { builtProgram, program, type Finished } from "../support/program";
import { keys, TerminalProgram } from "../support/terminal";

const todo = join(__dirname, "../../examples/todo");

const compose = (tag: string, memory: string): string => `name: shop
services:
  web:
    image: ghcr.io/acme/web:${tag}
    ports: ["80:8080"]
    depends_on: [db]
    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost:8080/health"] }
    deploy: { resources: { reservations: { cpus: "0.25", memory: ${memory} } } }
  api:
    build: ./api
  db:
    image: postgres:16
    x-postgres: true
    environment: { POSTGRES_PASSWORD: }
`;

let home: string;
let project: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-transcripts-"));
  project = join(home, "shop");
  mkdirSync(join(project, "api"), { recursive: true });
  writeFileSync(join(project, "api/Dockerfile"), 'FROM scratch\nCMD ["/a"]\n');
  write("1", "512M");
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function write(tag: string, memory: string): void {
  writeFileSync(join(project, "compose.yaml"), compose(tag, memory));
}

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return program("berth-cd", argv, { env: { HOME: home, BERTH_PROJECT: "shop", ...env }, cwd: home });
}

/** Without what is another in each run: times, and what the simulated AWS made up. */
function steady(text: string): string {
  return (
    text
      .replaceAll(/^(\d+ min )?\d+ s {2}/gm, "TIME  ")
      // A row has a time from a second on, as on a busy machine.
      .replaceAll(/\b(created|built|updated|deleted) in \d+ s\b/g, "$1")
      .replaceAll(/ (in|after) (\d+ h )?(\d+ min )?\d+ s\b/g, " $1 TIME")
      .replaceAll(/\bd[0-9a-f]{13}(\.cloudfront\.net)/g, "dID$1")
      .replaceAll(/(snapshot \S+?-)[a-z0-9]{8}\b/g, "$1ID")
      .replaceAll(/(from-snapshot:\s+\S+?-)[a-z0-9]{8}\b/g, "$1ID")
  );
}

/** Both streams; what runs at one time begins and ends in any order. */
function transcript({ stdout, stderr }: Finished): string {
  const lines = stderr.split("\n").filter((line) => line !== "");
  const moving = /^[\w -]+: (creating|created|building|built|updating|updated|deleting|deleted)\b/;
  const progress = lines.filter((line) => moving.test(line)).sort();
  return steady([...progress, ...lines.filter((line) => !moving.test(line)), "", stdout].join("\n"));
}

function golden(name: string): string {
  return join(__dirname, "golden/transcripts", `${name}.txt`);
}

test("first up, unchanged, preview of a change, the change, down", async () => {
  const first = await run(["up", "--simulate", project]);
  expect(first.code).toBe(0);
  expectGolden(golden("first"), transcript(first));
  expectGolden(golden("unchanged"), transcript(await run(["up", "--simulate", project])));
  write("2", "1G");
  expectGolden(golden("preview"), transcript(await run(["preview", "--simulate", project])));
  expectGolden(golden("change"), transcript(await run(["up", "--simulate", project])));
  expectGolden(golden("down"), transcript(await run(["down", "--simulate"])));
});

test("a build that fails, and a service that ECS rolls back", async () => {
  const unbuilt = await run(["up", "--simulate", project], { BERTH_SIMULATE_FAILURES: "api=build" });
  expect(unbuilt.code).toBe(4);
  expect(transcript(unbuilt)).toMatch(/^image of api: failed: the executor ended with exit code 1/m);
  expect((await run(["up", "--simulate", project])).code).toBe(0);
  write("2", "512M");
  const back = await run(["up", "--simulate", project], { BERTH_SIMULATE_FAILURES: "web=rollback" });
  expect(back.code).toBe(5);
  expectGolden(golden("rolled-back"), transcript(back));
});

test("examples/todo from nothing takes at most 40 lines", async () => {
  const { code, stdout, stderr } = await run(["up", "--simulate", todo], { BERTH_PROJECT: "todo" });
  expect(code).toBe(0);
  expect(`${stderr}${stdout}`.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

/** The screen as it stands at the end: what was drawn after the last picture was taken off. */
function lastScreen({ raw }: TerminalProgram): string {
  const end = raw.lastIndexOf("\u001b[?2026l");
  return steady(stripVTControlCharacters(raw.slice(end)).replaceAll("\r\n", "\n"));
}

test.each([80, 120, 200])(
  "a terminal of %i columns: the rows stay, then what changed, and the URL at the end",
  async (columns) => {
    const command = [process.execPath, builtProgram("berth-cd"), "up", "--simulate", project];
    const screen = new TerminalProgram(command, { env: { HOME: home, NO_COLOR: "1" }, cwd: home, columns });
    expect(await screen.ended).toBe(0);
    const shown = lastScreen(screen);
    expectGolden(golden(`terminal-${columns}`), shown);
    const long = shown.split("\n").filter((line) => line.length > columns);
    expect(long).toEqual([]);
    expect(screen.raw).not.toMatch(/\u001b\[3\dm/);
  },
);

test("Ctrl-C: what was begun ends in order, above the screen it says so, and what was done is told", async () => {
  const command = [process.execPath, builtProgram("berth-cd"), "up", "--simulate", project];
  const env = { HOME: home, BERTH_SIMULATE_LATENCY: "0.02" };
  const screen = new TerminalProgram(command, { env, cwd: home });
  await screen.shows(/db +creating/);
  await wait(500);
  screen.type(keys.ctrlC);
  expect(await screen.ended).toBe(130);
  const shown = screen.text;
  expect(shown).toContain("SIGINT: ending the run in order; a second signal ends it at once\n");
  expect(shown).toMatch(/Cancelled in \d+ s: \d+ resources created\n$/);
});
