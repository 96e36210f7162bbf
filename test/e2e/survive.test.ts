/**
 * Runs that are killed, told to end, or meet each other, with the built program: the short form of `npm run crash`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { crashTest } from "../support/crash/crash";
import { berthCd } from "../support/crash/processes";
import { inStack, race, sideBySide } from "../support/crash/race";
import { realEngineOnS3, realEngineWorld } from "../support/crash/real-worlds";
import { differences, simulatorWorld, writeVariant, type CrashWorld } from "../support/crash/worlds";
import { program } from "../support/program";

const seed = 7;
const hasPulumi = spawnSync("pulumi", ["version"]).status === 0;
const onRealEngine = hasPulumi ? test : test.skip;
const reason = hasPulumi ? "" : " (skipped: no pulumi on the PATH)";

let world: CrashWorld;

afterEach(async () => {
  await world.close();
});

test("after each of 8 kills the next run on the simulator finds its way", async () => {
  world = simulatorWorld();
  const report = await crashTest({ world, seed, count: 8, how: "kill" });
  expect(report.faults).toEqual([]);
  expect(report.struck).toBeGreaterThan(3);
});

onRealEngine(`after each of 4 kills the next run on the real engine finds its way${reason}`, async () => {
  world = await realEngineWorld();
  const report = await crashTest({ world, seed, count: 4, how: "kill" });
  expect(report.faults).toEqual([]);
  expect(report.struck).toBeGreaterThan(0);
});

test("signals at 6 moments end a run on the simulator in order", async () => {
  world = simulatorWorld();
  const report = await crashTest({ world, seed, count: 6, how: "signal" });
  expect(report.faults).toEqual([]);
});

onRealEngine(`signals at 3 moments end a run on the real engine in order${reason}`, async () => {
  world = await realEngineWorld();
  const report = await crashTest({ world, seed, count: 3, how: "signal" });
  expect(report.faults).toEqual([]);
});

/** So much of AWS's latencies that a run is in nobody's way by the time the last of ten has started. */
const slow = 0.02;

test("of ten runs of one stack in the same instant one runs, and nine are told who does", async () => {
  world = simulatorWorld(slow);
  const { faults, losers } = await race(world, 10);
  expect([faults, losers.length]).toEqual([[], 9]);
});

onRealEngine.each([
  ["in a directory", () => realEngineWorld(slow)],
  ["in a bucket", () => realEngineOnS3(slow)],
] as const)(`the same on the real engine, with its state %s${reason}`, async (_where, made) => {
  world = await made();
  const { faults, losers } = await race(world, 10);
  expect([faults, losers.length]).toEqual([[], 9]);
});

test("ten stacks at once all come up", async () => {
  world = simulatorWorld();
  expect(await sideBySide(world, 10)).toEqual([]);
});

onRealEngine(`four stacks at once all come up on the real engine${reason}`, async () => {
  world = await realEngineWorld();
  expect(await sideBySide(world, 4)).toEqual([]);
});

test("cancel ends the run that holds the stack, in order, and says so", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  world = { ...world, env: { ...world.env, BERTH_SIMULATE_LATENCY: "0.1" } };
  let cancelled: ReturnType<typeof inStack> | undefined;
  const run = await program("berth-cd", ["up", "--verbose", ...world.flags, "project"], {
    cwd: world.folder,
    env: world.env,
    started: (child) => {
      child.stderr?.on("data", (text: string) => {
        if (text.includes("created")) cancelled ??= inStack(world, "dev", ["cancel"]);
      });
    },
  });
  expect(run.code).toBe(143);
  const { code, stderr } = (await cancelled) ?? { code: -1, stderr: "" };
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Asking berth-cd up .*\nThe run has ended\n$/)]);
  expect(await world.standing()).toMatchObject({ locks: [], pending: 0 });
});

test("a time limit ends a run in order with 124, and a second signal hastens one that waits", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  const slow = { ...world.env, BERTH_SIMULATE_LATENCY: "0.01" };
  const limited = await berthCd({ ...world, env: { ...slow, BERTH_TIMEOUT: "1500ms" } }, ["up"]);
  expect([limited.code, limited.stderr]).toEqual([124, expect.stringContaining("took longer than 1500ms")]);
  expect(await world.standing()).toMatchObject({ locks: [], pending: 0 });

  // The run waits for something that takes minutes as soon as it says nothing more.
  const patient = { ...world.env, BERTH_SIMULATE_LATENCY: "5" };
  const hastened = await program("berth-cd", ["up", ...world.flags, "project"], {
    cwd: world.folder,
    env: patient,
    started: (child) => {
      let quiet: NodeJS.Timeout | undefined;
      child.stderr?.on("data", (text: string) => {
        clearTimeout(quiet);
        if (text.includes("ending the run in order")) child.kill("SIGTERM");
        else quiet = setTimeout(() => child.kill("SIGTERM"), 2_000);
      });
    },
  });
  expect(hastened.code).toBe(143);
  const between = await world.standing();
  expect(between.locks).toEqual([]);
  expect(between.pending).toBeGreaterThan(0);
  expect((await berthCd(world, ["up"])).code).toBe(0);
  const standing = await world.standing();
  expect(differences(standing)).toEqual([]);
  expect(standing.pending).toBe(0);
});

test("a run whose listener goes away comes to its end all the same", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  const run = await program("berth-cd", ["up", ...world.flags, "project"], {
    cwd: world.folder,
    env: world.env,
    started: (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  });
  expect([run.code, run.signal]).toEqual([0, null]);
  const standing = await world.standing();
  expect(standing.state.length).toBeGreaterThan(50);
  expect([differences(standing), standing.locks]).toEqual([[], []]);
});

test("a disk that takes no more ends the run with exit code 5 and the file; the state before it stays, and nothing beside it", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  expect((await inStack(world, "dev")).code).toBe(0);
  const before = await world.standing();
  writeVariant(world, 1);
  // No file may grow beyond 32 KiB (dash, busybox) or 64 KiB (bash): less than a state of a hundred resources takes.
  const limited = `ulimit -f 64; exec ${process.execPath} ${join(__dirname, "../../dist/berth-cd.js")} up --simulate project`;
  const { status, stderr } = spawnSync("sh", ["-c", limited], {
    cwd: world.folder,
    env: { PATH: process.env["PATH"] ?? "", ...world.env },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([5, expect.stringMatching(/error: \S+\.json: EFBIG: file too large/)]);
  const left = readdirSync(world.folder, { recursive: true, encoding: "utf8" });
  expect(left.filter((file) => file.endsWith(".tmp"))).toEqual([]);
  expect((await world.standing()).state).toEqual(before.state);
  expect((await inStack(world, "dev")).code).toBe(0);
  const standing = await world.standing();
  expect([differences(standing), standing.locks, standing.pending]).toEqual([[], [], 0]);
});
