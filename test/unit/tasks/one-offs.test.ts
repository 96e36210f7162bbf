/** The runner of one-off tasks on an ECS in memory: what runs, what is told when it fails, how it ends. */
import { OneOffRunner } from "../../../src/tasks/one-offs";
import { BerthError } from "../../../src/errors";
import type { OneOffProgress, OneOffRequest } from "../../../src/ports";
import { VirtualClock, type Course } from "../builds/builds-fakes";
import { FakeOneOffTasks, oneOff } from "./one-off-fakes";

function world(courses: Readonly<Record<string, Course | readonly Course[]>> = {}, timeout?: number) {
  const clock = new VirtualClock();
  const tasks = new FakeOneOffTasks(clock, courses);
  const told: OneOffProgress[] = [];
  const runner = new OneOffRunner({
    tasks,
    clock,
    onProgress: (progress) => told.push(progress),
    ...(timeout === undefined ? {} : { timeout }),
  });
  const run = async (request: OneOffRequest): Promise<void> => runner.completed(await runner.start(request));
  return { clock, tasks, runner, told, run };
}

async function failureOf(promise: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BerthError);
  return error as BerthError;
}

test("a task has succeeded when it has ended with 0, not when it has started", async () => {
  const { tasks, runner, told } = world({ migrate: { takes: 60_000 } });
  const arn = await runner.start(oneOff());
  expect(arn).toBe("task/1");
  expect(tasks.running).toBe(1);
  await runner.completed(arn);
  expect(tasks.running).toBe(0);
  expect(runner.failures()).toEqual([]);
  expect(told.map(({ service, status }) => [service, status])).toEqual([
    ["migrate", "started"],
    ["migrate", "succeeded"],
  ]);
});

test.each<[number, readonly Course[], readonly string[]]>([
  [2, [{ exitCode: 1 }, { exitCode: 1 }, {}], ["started", "again", "again", "succeeded"]],
  [1, [{ exitCode: 1 }, { exitCode: 1 }, {}], ["started", "again", "failed"]],
  [3, [{ exitCode: null, stoppedReason: "CannotPullContainerError" }], ["started", "failed"]],
])("a program that fails is started again %i times: %j", async (retries, courses, expected) => {
  const { run, told, tasks } = world({ migrate: courses });
  await run(oneOff({ retries })).catch(() => undefined);
  expect(told.map(({ status }) => status)).toEqual(expected);
  expect(tasks.started).toHaveLength(expected.filter((status) => /started|again/.test(status)).length);
});

describe("a task that fails", () => {
  test.each<[string, Course, RegExp]>([
    [
      "tells the exit code and ECS's reason",
      { exitCode: 3, stoppedReason: "Essential container in task exited" },
      /^the program ended with exit code 3: Essential container in task exited$/,
    ],
    ["tells that memory ran out", { exitCode: 137 }, /137, which is what running out of memory looks like$/],
    [
      "tells why it never ran",
      { exitCode: null, stoppedReason: "CannotPullContainerError" },
      /^the task did not run to its end: CannotPullContainerError$/,
    ],
  ])("%s", async (_, course, expected) => {
    const { runner, run, told } = world({ migrate: course });
    const error = await failureOf(run(oneOff()));
    expect(error.kind).toBe("deployment");
    expect(error.problems[0]?.path).toBe("services.migrate");
    expect(runner.failures()).toEqual([
      {
        service: "migrate",
        message: expect.stringMatching(expected) as string,
        logTail: [],
        logGroupName: "/shop/logs",
      },
    ]);
    expect(told.at(-1)).toMatchObject({
      status: "failed",
      message: expect.stringMatching(expected) as string,
    });
  });

  test("shows the last 20 lines of its log", async () => {
    const log = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`);
    const { runner, run } = world({ migrate: { exitCode: 1, log } });
    await failureOf(run(oneOff()));
    expect(runner.failures()[0]?.logTail).toEqual(log.slice(30));
  });

  test("is stopped where it takes too long", async () => {
    const { tasks, runner, run } = world({ migrate: { takes: 10_000_000 } }, 120_000);
    await failureOf(run(oneOff()));
    expect(runner.failures()[0]?.message).toBe("took longer than 2 min, and was stopped");
    expect(tasks.running).toBe(0);
  });

  test("is stopped where it is lost from sight", async () => {
    const { tasks, runner, run } = world();
    tasks.failing = { describe: new Error("no network") };
    await failureOf(run(oneOff()));
    expect(runner.failures()[0]?.message).toBe("no network");
    expect(tasks.stopReasons).toEqual(["Berth lost sight of the task: no network"]);
  });

  test("to start is told without saying the service's name twice", async () => {
    const { tasks, runner, run } = world();
    const problem = { path: "services.migrate", message: "no capacity", hint: "run again" };
    tasks.failing = { run: new BerthError("deployment", problem) };
    await failureOf(run(oneOff()));
    expect(runner.failures()[0]?.message).toBe("no capacity (run again)");
  });

  test("fails nothing where nobody needs it", async () => {
    const { runner, run, told } = world({ migrate: { exitCode: 1 } });
    await run(oneOff({ required: false }));
    expect(runner.failures()).toEqual([]);
    expect(told.at(-1)?.status).toBe("failed");
  });

  test("to start fails nothing where nobody needs it", async () => {
    const { tasks, runner } = world();
    tasks.failing = { run: new Error("no capacity") };
    const arn = await runner.start(oneOff({ required: false }));
    expect(arn).toBeUndefined();
    await runner.completed(arn);
    expect(runner.failures()).toEqual([]);
  });
});

describe("a task without capacity", () => {
  const unavailable = "Capacity is unavailable at this time. Please try again later";
  const neverBegan = { exitCode: null, stopCode: "TaskFailedToStart", stoppedReason: unavailable } as const;

  test("is tried again, before and after RunTask, with growing pauses", async () => {
    const { tasks, run, runner, told, clock } = world({
      migrate: [{ unavailable }, neverBegan, { exitCode: 0 }],
    });
    await run(oneOff());
    expect(tasks.started).toHaveLength(3);
    expect(told.map(({ status }) => status)).toEqual(["again", "started", "again", "succeeded"]);
    expect(told[0]?.message).toBe("there is no capacity; next try in 15 s");
    expect(clock.sleeps).toEqual(expect.arrayContaining([15_000, 30_000]));
    expect(runner.failures()).toEqual([]);
  });

  test("has failed after some minutes, with ECS's reason", async () => {
    const { tasks, run, runner, clock } = world({ migrate: { unavailable } });
    await failureOf(run(oneOff()));
    expect(runner.failures()[0]?.message).toBe(
      `ECS did not start the task: ${unavailable} (run again in some minutes)`,
    );
    expect(clock.sleeps).toEqual([15_000, 30_000, 60_000]);
    expect(tasks.started).toHaveLength(4);
  });

  test("is not run twice where the program itself ran and failed", async () => {
    const { tasks, run } = world({ migrate: { exitCode: 1, stoppedReason: unavailable } });
    await failureOf(run(oneOff()));
    expect(tasks.started).toHaveLength(1);
  });

  test.each<["stop" | "finish", string]>([
    ["stop", "cancelled"],
    ["finish", "deployment"],
  ])("%s ends the wait, and starts nothing more", async (end, kind) => {
    const { tasks, runner, clock } = world({ migrate: { unavailable } });
    const starting = failureOf(runner.start(oneOff()));
    while (clock.sleeps.length === 0) await new Promise(setImmediate);
    await runner[end]();
    expect((await starting).kind).toBe(kind);
    expect(tasks.started).toHaveLength(1);
  });
});

test("the end of a run waits for what runs, and starts nothing more", async () => {
  const { tasks, runner } = world({ seed: { takes: 60_000 }, migrate: { takes: 30_000, exitCode: 1 } });
  await runner.start(oneOff({ service: "seed" }));
  await runner.start(oneOff());
  await runner.finish();
  expect(tasks.running).toBe(0);
  expect(tasks.stopReasons).toEqual([]);
  expect(runner.failures().map(({ service }) => service)).toEqual(["migrate"]);
  const late = await Promise.race([runner.start(oneOff()), Promise.resolve("not started")]);
  expect(late).toBe("not started");
  expect(tasks.started).toHaveLength(2);
});

test("stop stops what runs and what is being started, starts no other, and records no failure", async () => {
  const { tasks, runner, told } = world({ seed: { takes: 1_000_000 }, migrate: { takes: 1_000_000 } });
  const seed = await runner.start(oneOff({ service: "seed" }));
  const starting = runner.start(oneOff());
  await runner.stop();
  expect(tasks.running).toBe(0);
  expect((await failureOf(runner.completed(seed))).kind).toBe("cancelled");
  expect((await failureOf(runner.completed(await starting))).kind).toBe("cancelled");
  expect((await failureOf(runner.start(oneOff({ service: "late" })))).kind).toBe("cancelled");
  expect(tasks.started).toHaveLength(2);
  expect(tasks.stopReasons).toEqual(Array(2).fill("Berth: the deployment was cancelled"));
  expect(runner.failures()).toEqual([]);
  expect(told.filter(({ status }) => status === "cancelled")).toHaveLength(2);
});
