/** One-off tasks through the whole command, on the simulator: order, failure, the next run, previews, signals. */
import { join } from "node:path";
import { startFaults } from "../../src/ports/rehearsal";
import { runProgram } from "../support/bundle";
import { compose, OneOffBench, type Followed } from "../support/one-offs";

let bench: OneOffBench;

beforeEach(() => {
  bench = new OneOffBench();
});

afterEach(() => {
  bench.close();
});

/** Fails where the first did not happen before the second. */
function expectOrder({ course }: Followed, ...what: readonly string[]): void {
  expect(course.filter((line) => what.includes(line))).toEqual(what);
}

const everyTask = ["migrate started", "migrate succeeded", "report started", "report succeeded"];

test("a task runs after what it waits for and before what waits for it; one that nobody waits for runs too", async () => {
  // Half a second for the task: a service that did not wait would have begun meanwhile.
  const ran = await bench.run(["up"], { latencyScale: 0.01 });
  expect(ran.code).toBe(0);
  expect(ran.tasks).toEqual(everyTask);
  expectOrder(ran, "rds Instance db done", "servicediscovery Instance db done", "migrate started");
  expectOrder(ran, "ecs TaskDefinition web done", "migrate succeeded", "ecs Service web started");
});

test("condition service_started waits for the task's start alone", async () => {
  bench.write(compose("service_started"));
  const ran = await bench.run(["up"], { latencyScale: 0.05 });
  expect(ran.code).toBe(0);
  expectOrder(ran, "migrate started", "ecs Service web started", "ecs Service web done", "migrate succeeded");
});

test("tasks run again in each run of the engine, and in none that the short cut spares", async () => {
  await bench.run(["up"]);
  const again = await bench.run(["up"]);
  expect([again.result.outcome, again.tasks]).toEqual(["unchanged", []]);
  const forced = await bench.run(["up", "--force"]);
  expect(forced.result).toMatchObject({ outcome: "unchanged", changes: { create: 0, update: 0 } });
  expect(forced.tasks).toEqual(everyTask);
});

test.each(startFaults)("a run gets over %s", async (fault) => {
  const ran = await bench.run(["up"], { starts: { migrate: fault } });
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/migrate.*; next try in \d+ s/)]);
  const course = ran.course.filter((line) => line.startsWith("migrate "));
  expect(course.filter((line) => line === "migrate again")).toHaveLength(2);
  expectOrder(ran, "migrate succeeded", "ecs Service web started");
});

test("a preview runs nothing, and foresees what up does", async () => {
  const planned = await bench.run(["preview"]);
  expect([planned.code, planned.tasks]).toEqual([0, []]);
  const made = await bench.run(["up"]);
  expect(made.result.changes).toEqual(planned.result.changes);
  const after = await bench.run(["preview"]);
  expect(after.result.changes).toMatchObject({ create: 0, update: 0, replace: 0 });
  expect(after.tasks).toEqual([]);
});

/** In a process of its own, because jest counts every unhandled rejection as a failure, however well it is handled. */
async function ending(
  how: "failed" | "ended" | "script",
): Promise<Readonly<Record<"first" | "next", Followed>>> {
  const { stdout } = await runProgram(join(__dirname, "failing-one-off.ts"), how);
  return JSON.parse(stdout) as Readonly<Record<"first" | "next", Followed>>;
}

test("a database's script that fails is told with its name and its last lines, and the next run goes on with it", async () => {
  const { first: failed, next } = await ending("script");
  expect(failed.code).toBe(5);
  expect(failed.stderr).toMatch(/the program ended with exit code 1/);
  expect(failed.stderr).toMatch(
    /running 002-items\.sql\n.*relation "items" already exists\n.*002-items\.sql failed: correct it, and run berth up, which goes on with it/,
  );
  expect(failed.course).toContain("db-init failed");
  // Nobody uses a database whose scripts have not all run.
  expect(failed.course).not.toContain("ecs Service web started");
  expect(next.code).toBe(0);
  expectOrder(next, "db-init succeeded", "ecs Service web started");
});

test("a task that fails is what the run fails of; the next run goes on", async () => {
  const { first: failed, next } = await ending("failed");
  expect(failed.code).toBe(5);
  expect(failed.stderr).toMatch(
    /^error: services\.migrate: the program ended with exit code 3: .*\n {4}creating table\n {4}relation exists\n {2}fix: .*\/berth\/shop\/dev\/logs/m,
  );
  expect(failed.result).toMatchObject({ outcome: "failed", error: { kind: "deployment" } });
  expect(failed.course).not.toContain("ecs Service web started");
  expect(failed.tasks).toEqual(expect.arrayContaining(["migrate failed", "report succeeded"]));

  expect(next.code).toBe(0);
  expect(next.course).toContain("ecs Service web done");
  expect(next.result.changes).toMatchObject({ create: 1, update: 0, replace: 0, delete: 0 });
  expect(next.tasks).toEqual(everyTask);
});

test("a failure of what nobody needs is told, and fails nothing", async () => {
  bench.write(compose("service_completed_successfully", false));
  const ran = await bench.run(["up"], { failures: { migrate: { exitCode: 3, log: [] } } });
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain("migrate: failed: the program ended with exit code 3");
  expectOrder(ran, "migrate failed", "ecs Service web done");
});

test("a restricted run leaves the tasks of other services alone", async () => {
  const one = await bench.run(["up", "--target", "report"]);
  expect([one.code, one.tasks]).toEqual([0, ["report started", "report succeeded"]]);
  const other = await bench.run(["up", "--target", "web"]);
  expect([other.code, other.tasks]).toEqual([0, ["migrate started", "migrate succeeded"]]);
});

test("a run that is told to end stops its tasks", async () => {
  const { first: ended, next } = await ending("ended");
  expect(ended.code).toBe(143);
  expect(ended.tasks).toContain("migrate cancelled");
  expect(ended.course).not.toContain("ecs Service web started");
  expect(next.code).toBe(0);
});
