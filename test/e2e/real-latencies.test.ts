/** What a person reads of runs that take AWS's own times, kept as files: the built program in virtual time. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expectGolden } from "../support/golden";
import { builtProgram, program } from "../support/program";
import { TerminalProgram } from "../support/terminal";

const root = join(__dirname, "../..");
const virtualTime = join(root, "test/support/virtual-time.cjs");
let home: string;
let project: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-latencies-"));
  project = join(home, "todo");
  cpSync(join(root, "examples/todo"), project, { recursive: true });
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function environment(failures = ""): Readonly<Record<string, string>> {
  return {
    ...{ HOME: home, NO_COLOR: "1", BERTH_PROJECT: "todo", BERTH_SIMULATE_LATENCY: "1" },
    ...(failures === "" ? {} : { BERTH_SIMULATE_FAILURES: failures }),
  };
}

/** A change that starts new tasks of both services. */
function change(): void {
  const path = join(project, "compose.yaml");
  const text = readFileSync(path, "utf8");
  const changed = text.replaceAll("memory: 512M", "memory: 1G");
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

/** Without what the simulated AWS made up, and what a machine's own time adds to a run that waits for files. */
function steady(text: string): string {
  return text
    .replaceAll(/\bd[0-9a-f]{13}(\.cloudfront\.net)/g, "dID$1")
    .replaceAll(/(snapshot \S+?-)[a-z0-9]{8}\b/g, "$1ID")
    .replaceAll(/(from-snapshot:\s+\S+?-)[a-z0-9]{8}\b/g, "$1ID");
}

function golden(name: string): string {
  return join(__dirname, "golden/latencies", `${name}.txt`);
}

/** Seconds from the start at which something was written, and both streams: what begins at one moment in any order. */
async function plain(argv: readonly string[], failures = "") {
  const stamps = join(home, "stamps");
  rmSync(stamps, { force: true });
  const env = {
    ...environment(failures),
    NODE_OPTIONS: `--require ${virtualTime}`,
    VIRTUAL_TIME_STAMPS: stamps,
  };
  const { code, stdout, stderr } = await program("berth-cd", argv, { env, cwd: home });
  const times = readFileSync(stamps, "utf8").trimEnd().split("\n").map(Number);
  return { code, times, text: steady(`${ordered(stderr)}\n${stdout}`) };
}

/** Lines of beginnings and ends that follow one another, sorted: those of one moment come in any order. */
function ordered(stderr: string): string {
  const moving = /^[\w -]+: (creating|created|building|built|updating|deleting|deleted)\b/;
  const groups: string[][] = [];
  for (const line of stderr.split("\n")) {
    const last = groups.at(-1);
    if (last !== undefined && moving.test(line) && moving.test(last[0] ?? "")) last.push(line);
    else groups.push([line]);
  }
  return groups.flatMap((lines) => lines.sort()).join("\n");
}

function longestSilence(times: readonly number[]): number {
  return Math.max(...times.map((time, index) => time - (times[index - 1] ?? 0)));
}

test("in plain lines: the first up, a service that is rolled back, down; never half a minute without a word", async () => {
  const first = await plain(["up", "--simulate", project]);
  expect(first.code).toBe(0);
  expectGolden(golden("first"), first.text);
  change();
  const back = await plain(["up", "--simulate", project], "web=rollback");
  expect(back.code).toBe(5);
  expectGolden(golden("rolled-back"), back.text);
  const down = await plain(["down", "--simulate"]);
  expect(down.code).toBe(0);
  expectGolden(golden("down"), down.text);
  for (const { times } of [first, back, down]) expect(longestSilence(times)).toBeLessThanOrEqual(30);
});

/** The screen at each whole minute, and as it stands at the end. */
async function screens(argv: readonly string[], failures = ""): Promise<string> {
  const command = [process.execPath, "--require", virtualTime, builtProgram("berth-cd"), ...argv];
  const screen = new TerminalProgram(command, { env: environment(failures), cwd: home, columns: 80 });
  await screen.ended;
  const pictures = screen.raw
    .split("\u001b[?2026l")
    .map((text) => stripVTControlCharacters(text).replaceAll("\r\n", "\n"));
  const minutes = new Map<string, string>();
  for (const text of pictures) {
    const minute = /^\S (\d+ min 0 s) {2}/m.exec(text)?.[1];
    if (minute !== undefined && !minutes.has(minute)) minutes.set(minute, text.trim());
  }
  return steady(
    [...minutes.values(), pictures.at(-1)?.trim() ?? ""].join("\n\n").replaceAll(/^[⠁-⣿] /gm, "~ "),
  );
}

test("in a terminal of 80 columns: the same, a picture a minute", async () => {
  expectGolden(golden("first-80"), await screens(["up", "--simulate", project]));
  change();
  expectGolden(golden("rolled-back-80"), await screens(["up", "--simulate", project], "web=rollback"));
  expectGolden(golden("down-80"), await screens(["down", "--simulate", "--yes"]));
});
