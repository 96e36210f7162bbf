/**
 * Runs that are killed, told to end, or meet each other, with the built program: the short form of `npm run crash`.
 */
import { spawnSync } from "node:child_process";
import { crashTest } from "../support/crash/crash";
import { berthCd } from "../support/crash/processes";
import { realEngineWorld, simulatorWorld, writeVariant, type CrashWorld } from "../support/crash/worlds";
import { program } from "../support/program";

jest.setTimeout(600_000);

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

/** Starts one more run, in the stack of that name. */
function inStack(stack: string, argv: readonly string[] = ["up"]) {
  return program("berth-cd", [...argv, ...world.flags, "project"], {
    cwd: world.folder,
    env: { ...world.env, BERTH_STACK: stack },
  });
}

test("of ten runs of one stack in the same instant one runs, and nine are told who does", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  // Slow enough to be in nobody's way by the time the last of the ten has started.
  world = { ...world, env: { ...world.env, BERTH_SIMULATE_LATENCY: "0.02" } };
  const runs = await Promise.all(Array.from({ length: 10 }, () => inStack("dev")));
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
  for (const { stderr } of runs.filter(({ code }) => code === 6)) {
    expect(stderr).toMatch(
      /crash\/dev: the stack is locked by berth-cd up .* \(process \d+\) since .*\n.*berth-cd cancel/,
    );
  }
  const { state, cloud, locks } = world.standing();
  expect(cloud).toEqual(state);
  expect(locks).toEqual([]);
});

test("ten stacks at once all come up", async () => {
  world = simulatorWorld();
  writeVariant(world, 1);
  const runs = await Promise.all(Array.from({ length: 10 }, (_, index) => inStack(`pr-${index}`)));
  expect(runs.map(({ code, stderr }) => [code, code === 0 ? "" : stderr])).toEqual(
    Array.from({ length: 10 }, () => [0, ""]),
  );
});

test("cancel ends the run that holds the stack, in order, and says so", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  world = { ...world, env: { ...world.env, BERTH_SIMULATE_LATENCY: "0.1" } };
  let cancelled: ReturnType<typeof inStack> | undefined;
  const run = await program("berth-cd", ["up", ...world.flags, "project"], {
    cwd: world.folder,
    env: world.env,
    started: (child) => {
      child.stderr?.on("data", (text: string) => {
        if (text.includes("created")) cancelled ??= inStack("dev", ["cancel"]);
      });
    },
  });
  expect(run.code).toBe(143);
  const { code, stderr } = (await cancelled) ?? { code: -1, stderr: "" };
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Asking berth-cd up .*\nThe run has ended\n$/)]);
  expect(world.standing()).toMatchObject({ locks: [], pending: 0 });
});

test("a time limit ends a run in order with 124, and a second signal hastens one that waits", async () => {
  world = simulatorWorld();
  writeVariant(world, 0);
  const slow = { ...world.env, BERTH_SIMULATE_LATENCY: "0.01" };
  const limited = await berthCd({ ...world, env: { ...slow, BERTH_TIMEOUT: "1500ms" } }, ["up"]);
  expect([limited.code, limited.stderr]).toEqual([124, expect.stringContaining("took longer than 1500ms")]);
  expect(world.standing()).toMatchObject({ locks: [], pending: 0 });

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
  const between = world.standing();
  expect(between.locks).toEqual([]);
  expect(between.pending).toBeGreaterThan(0);
  expect((await berthCd(world, ["up"])).code).toBe(0);
  const { state, cloud, pending } = world.standing();
  expect(cloud).toEqual(state);
  expect(pending).toBe(0);
});
