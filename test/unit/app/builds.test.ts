/** The image builder on an ECS in memory: what is built, how often, and what is told when it is not. */
import { KanikoImageBuilder } from "../../../src/app/builds";
import { BerthError } from "../../../src/errors";
import type { BuildProgress } from "../../../src/ports";
import { FakeBuildTasks, repositoryUrl, request, VirtualClock, type Course } from "./builds-fakes";

interface World {
  readonly clock: VirtualClock;
  readonly tasks: FakeBuildTasks;
  readonly builder: KanikoImageBuilder;
  readonly told: BuildProgress[];
}

function world(
  courses: Readonly<Record<string, Course>> = {},
  options: { concurrency?: number; timeout?: number; archive?: string } = {},
): World {
  const clock = new VirtualClock();
  const tasks = new FakeBuildTasks(clock);
  tasks.courses = courses;
  const told: BuildProgress[] = [];
  const archive = "s3://bucket/uploads/a.tar.gz";
  const builder = new KanikoImageBuilder({
    tasks,
    clock,
    archive,
    onProgress: (progress) => told.push(progress),
    ...options,
  });
  return { clock, tasks, builder, told };
}

async function failureOf(promise: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BerthError);
  return error as BerthError;
}

describe("an image", () => {
  it("that is there is not built", async () => {
    const { tasks, builder, told } = world();
    tasks.images.add(`${repositoryUrl}:d1`);
    expect(await builder.ensure(request())).toBe(`${repositoryUrl}:d1`);
    expect(tasks.started).toHaveLength(0);
    expect(builder.results()).toEqual([
      { service: "api", platform: "linux/arm64", image: `${repositoryUrl}:d1`, cached: true, seconds: 0 },
    ]);
    expect(told.map(({ status }) => status)).toEqual(["cached"]);
  });

  it("that is missing is built from the archive, and is under the name that a preview shows", async () => {
    const { tasks, builder, told } = world({ d1: { takes: 2_000 } });
    expect(await builder.ensure(request())).toBe(builder.imageName(request()));
    expect(tasks.started).toHaveLength(1);
    expect(tasks.started[0]?.arguments).toContain("--context=s3://bucket/uploads/a.tar.gz");
    expect(builder.results()).toMatchObject([{ cached: false, seconds: 2.5 }]);
    expect(told.map(({ status }) => status)).toEqual(["started", "succeeded"]);
  });

  it("is built once for all services that want it, each with its row", async () => {
    const { tasks, builder } = world();
    const services = ["api", "worker", "api"];
    await Promise.all(services.map((service) => builder.ensure(request({ service }))));
    expect(tasks.started).toHaveLength(1);
    expect(builder.results().map(({ service, cached }) => [service, cached])).toEqual([
      ["api", false],
      ["worker", true],
    ]);
  });

  it("of one digest for two architectures is a bug, not a build", async () => {
    const { builder } = world();
    await builder.ensure(request());
    await expect(builder.ensure(request({ architecture: "X86_64" }))).rejects.toThrow(/two architectures/);
  });

  it("is polled for from 1 s to 5 s apart", async () => {
    const { clock, builder } = world({ d1: { takes: 30_000 } });
    await builder.ensure(request());
    expect(clock.sleeps.slice(0, 6)).toEqual([1_000, 1_500, 2_250, 3_375, 5_000, 5_000]);
    expect(Math.max(...clock.sleeps)).toBe(5_000);
  });
});

describe("many images", () => {
  it("are built side by side within the limit, each once", async () => {
    const { clock, tasks, builder } = world({}, { concurrency: 5 });
    const before = clock.now();
    const digests = Array.from({ length: 20 }, (_, index) => `d${index}`);
    await Promise.all(digests.map((digest) => builder.ensure(request({ digest, service: digest }))));
    expect(tasks.peak).toBe(5);
    expect(tasks.started).toHaveLength(20);
    // Four rounds of a task of 3 s, which is seen to end at 1 + 1.5 + 2.25 s.
    expect(clock.now() - before).toBe(4 * 4_750);
  });

  it("go on when one fails", async () => {
    const { builder } = world({ bad: { exitCode: 1 } }, { concurrency: 1 });
    const wanted = ["bad", "good"].map((digest) => builder.ensure(request({ digest, service: digest })));
    expect((await Promise.allSettled(wanted)).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(builder.failures().map(({ service }) => service)).toEqual(["bad"]);
    expect(builder.results().map(({ service }) => service)).toEqual(["good"]);
  });
});

describe("a build that fails", () => {
  it.each<[string, Course, RegExp]>([
    [
      "tells the exit code and ECS's reason",
      { exitCode: 1, stoppedReason: "Essential container in task exited" },
      /exit code 1: Essential container in task exited/,
    ],
    [
      "tells that memory ran out",
      { exitCode: 137, stoppedReason: "OutOfMemoryError" },
      /137, which .*memory.*OutOf/,
    ],
    [
      "tells why it never started",
      { exitCode: null, stoppedReason: "CannotPullContainerError: no such image" },
      /did not run to its end: CannotPullContainerError/,
    ],
    ["is not believed without an image", { pushes: false }, /exit code 0, but .*:d1 is not in the registry/],
  ])("%s", async (_name, course, expected) => {
    const { builder, told } = world({ d1: course });
    const error = await failureOf(builder.ensure(request()));
    expect(error.kind).toBe("build");
    expect(error.message).toMatch(expected);
    expect(error.message).toMatch(/^services\.api\.build: .*\/shop\/builds/s);
    expect(builder.failures()).toMatchObject([{ service: "api", platform: "linux/arm64" }]);
    expect(builder.failures()[0]?.message).toMatch(expected);
    expect(builder.results()).toEqual([]);
    expect(told.at(-1)?.status).toBe("failed");
  });

  it("shows the last 40 lines of its log", async () => {
    const log = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    const { builder } = world({ d1: { exitCode: 1, log } });
    await failureOf(builder.ensure(request()));
    expect(builder.failures()[0]?.logTail).toEqual(log.slice(60));
  });

  it("waits some seconds for a log, and no longer", async () => {
    const { clock, builder } = world({ d1: { takes: 0, exitCode: 1 } });
    await failureOf(builder.ensure(request()));
    expect(builder.failures()[0]?.logTail).toEqual([]);
    expect(clock.sleeps).toEqual([1_000, 1_000]);
  });

  it("is told even where its log can't be read", async () => {
    const { tasks, builder } = world({ d1: { exitCode: 3 } });
    tasks.failing = { logTail: new Error("no such group") };
    const error = await failureOf(builder.ensure(request()));
    expect(error.message).toMatch(/exit code 3/);
    expect(builder.failures()[0]?.logTail).toEqual(["(the log /shop/builds can't be read: no such group)"]);
  });

  it("is one failure, whoever else waits for it", async () => {
    const { tasks, builder } = world({ d1: { exitCode: 1 } });
    const wanted = ["api", "worker"].map((service) => builder.ensure(request({ service })));
    expect((await Promise.allSettled(wanted)).every(({ status }) => status === "rejected")).toBe(true);
    expect(tasks.started).toHaveLength(1);
    expect(builder.failures()).toHaveLength(1);
  });

  it("keeps what AWS said where it could not be started", async () => {
    const { tasks, builder } = world();
    const refused = new BerthError("build", "ECS did not start the build task: Capacity is unavailable");
    tasks.failing = { run: refused };
    expect(await failureOf(builder.ensure(request()))).toBe(refused);
    expect(builder.failures()[0]?.message).toMatch(/Capacity is unavailable/);
  });

  it("is stopped where it is lost from sight", async () => {
    const { tasks, builder } = world();
    tasks.failing = { describe: new Error("no network") };
    expect((await failureOf(builder.ensure(request()))).message).toMatch(/no network/);
    expect(tasks.stopReasons).toEqual(["Berth lost sight of the task: no network"]);
  });

  it("is stopped where it takes too long", async () => {
    const { tasks, builder } = world(
      { d1: { takes: 10_000_000, log: ["still at it"] } },
      { timeout: 120_000 },
    );
    expect((await failureOf(builder.ensure(request()))).message).toMatch(
      /took longer than 2 min, and was stopped/,
    );
    expect(tasks.running).toBe(0);
    expect(builder.failures()[0]?.logTail).toEqual(["still at it"]);
  });

  it.each(["file:///tmp/a.tar.gz", "/tmp/project", "https://host/a.tar.gz?sig=1", "s3://bucket"])(
    "never starts from the archive %s",
    async (archive) => {
      const { tasks, builder } = world({}, { archive });
      expect((await failureOf(builder.ensure(request()))).message).toMatch(
        /reads the project's archive from S3/,
      );
      expect(tasks.started).toHaveLength(0);
    },
  );
});

describe("stop", () => {
  it("stops the running tasks, starts no other, and records no failure", async () => {
    const { tasks, builder, told } = world(
      { d0: { takes: 1_000_000 }, d1: { takes: 1_000_000 }, d2: {} },
      { concurrency: 2 },
    );
    const wanted = ["d0", "d1", "d2"].map((digest) => builder.ensure(request({ digest, service: digest })));
    const ends = Promise.all(wanted.map(failureOf));
    while (tasks.running < 2) await new Promise(setImmediate);
    await builder.stop();
    expect((await ends).map(({ kind }) => kind)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(tasks.running).toBe(0);
    expect(tasks.started).toHaveLength(2);
    expect(tasks.stopReasons).toEqual(Array(2).fill("Berth: the deployment was cancelled"));
    expect(builder.failures()).toEqual([]);
    expect(told.filter(({ status }) => status === "cancelled")).toHaveLength(3);
  });

  it("has nothing to do where nothing runs", async () => {
    const { builder } = world();
    await builder.ensure(request());
    await builder.stop();
    expect(builder.results()).toHaveLength(1);
  });
});
