/** The image builder on an ECS in memory: what is built, how often, and what is told when it is not. */
import { KanikoImageBuilder, type KanikoImageBuilderOptions } from "../../../src/builds/image-builder";
import { BerthError } from "../../../src/errors";
import type { BuildProgress } from "../../../src/ports";
import {
  archiveOf,
  FakeBuildTasks,
  imageOf,
  repositoryUrl,
  request,
  VirtualClock,
  type Course,
} from "./builds-fakes";

const name = `${repositoryUrl}:d1`;
/** How a service runs it. */
const byDigest = `${repositoryUrl}@${imageOf(name).digest}`;

interface World {
  readonly clock: VirtualClock;
  readonly tasks: FakeBuildTasks;
  readonly builder: KanikoImageBuilder;
  readonly told: BuildProgress[];
}

function world(
  courses: FakeBuildTasks["courses"] = {},
  options: Partial<
    Pick<KanikoImageBuilderOptions, "concurrency" | "timeout" | "archive" | "labels" | "builds">
  > = {},
): World {
  const clock = new VirtualClock();
  const tasks = new FakeBuildTasks(clock);
  tasks.courses = courses;
  const told: BuildProgress[] = [];
  const archive = archiveOf();
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
  it("that is there is not built, and is run by its digest", async () => {
    const { tasks, builder, told } = world();
    tasks.images.set(name, imageOf(name));
    expect(await builder.ensure(request())).toBe(byDigest);
    expect(tasks.started).toHaveLength(0);
    expect(tasks.contexts).toEqual([]);
    expect(builder.results()).toEqual([
      { service: "api", platform: "linux/arm64", image: name, cached: true, seconds: 0 },
    ]);
    expect(told.map(({ status }) => status)).toEqual(["cached"]);
  });

  it("that is missing fails where nothing is to be built, and one that is there does not", async () => {
    const { tasks, builder } = world({}, { builds: false });
    const { kind } = await failureOf(builder.ensure(request()));
    expect([kind, tasks.started]).toEqual(["build", []]);
    expect(builder.failures()).toMatchObject([
      {
        service: "api",
        message: expect.stringMatching(/is not in the registry any more, and --no-build/) as string,
      },
    ]);
    const other = world({}, { builds: false });
    other.tasks.images.set(name, imageOf(name));
    expect(await other.builder.ensure(request())).toBe(byDigest);
  });

  it("that is missing is built from its packed context", async () => {
    const { tasks, builder, told } = world({ d1: { takes: 2_000 } }, { labels: { team: "web" } });
    expect(await builder.ensure(request())).toBe(byDigest);
    expect(tasks.contexts).toEqual(["contexts/d1.tar.gz"]);
    expect(tasks.started.map(({ capacity }) => capacity)).toEqual([{ provider: "FARGATE" }]);
    expect(tasks.started[0]?.arguments).toEqual(
      expect.arrayContaining([
        "--context=s3://contexts/contexts/d1.tar.gz",
        `--destination=${name}`,
        "--label=org.opencontainers.image.created=1970-01-01T00:16:40.000Z",
        "--label=team=web",
      ]),
    );
    expect(builder.results()).toMatchObject([{ cached: false, seconds: 2.5 }]);
    expect(told.map(({ status }) => status)).toEqual(["started", "succeeded"]);
  });

  it("is previewed by its tag, and by its digest once it is there", async () => {
    const { tasks, builder } = world();
    expect(await builder.preview(repositoryUrl, "d1")).toBe(name);
    tasks.images.set(name, imageOf(name));
    expect(await builder.preview(repositoryUrl, "d1")).toBe(byDigest);
    expect(tasks.started).toHaveLength(0);
  });

  it("has the user's labels over those of Berth", async () => {
    const { tasks, builder } = world({}, { labels: { "org.opencontainers.image.source": "https://ci" } });
    const labels = { "org.opencontainers.image.source": "https://own" };
    await builder.ensure(request({ build: { ...request().build, labels } }));
    expect(tasks.started[0]?.arguments).toContain("--label=org.opencontainers.image.source=https://own");
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
});

describe("a build that is lost", () => {
  const spot = { provider: "FARGATE_SPOT" };
  const onDemand = { provider: "FARGATE" };
  const larger = { cpu: 2048, memory: 16384 };
  const unavailable = "Capacity is unavailable at this time. Please try again later";

  it.each<[string, readonly Course[], readonly object[]]>([
    [
      "to Spot runs again on demand",
      [{ exitCode: 137, stopCode: "SpotInterruption", stoppedReason: "Your Spot Task was interrupted." }, {}],
      [spot, onDemand],
    ],
    ["for want of Spot capacity runs on demand", [{ unavailable }, {}], [spot, onDemand]],
    [
      "for want of Spot capacity after RunTask runs on demand",
      [{ exitCode: null, stopCode: "TaskFailedToStart", stoppedReason: `${unavailable}.` }, {}],
      [spot, onDemand],
    ],
    [
      "for want of memory runs one size up, on what it ran on",
      [{ exitCode: 137, stoppedReason: "OutOfMemoryError: Container killed due to memory usage" }, {}],
      [spot, { ...spot, size: larger }],
    ],
    [
      "because the kernel killed a step runs one size up",
      [
        {
          exitCode: 255,
          log: [
            "error building image: error building stage: failed to execute command: waiting for process to exit: signal: killed",
          ],
        },
        {},
      ],
      [spot, { ...spot, size: larger }],
    ],
    [
      "to Spot and then for want of memory keeps what it has learnt",
      [{ exitCode: 143, stopCode: "SpotInterruption" }, { exitCode: 137 }, {}],
      [spot, onDemand, { ...onDemand, size: larger }],
    ],
    [
      "for want of any capacity waits for some",
      [{ unavailable }, { unavailable }, { unavailable }, {}],
      [spot, onDemand, onDemand, onDemand],
    ],
  ])("%s", async (_name, courses, capacities) => {
    const { tasks, builder, told } = world({ d1: courses });
    expect(await builder.ensure(request({ spot: true }))).toBe(byDigest);
    expect(tasks.started.map(({ capacity }) => capacity)).toEqual(capacities);
    expect(told.filter(({ status }) => status === "again")).toHaveLength(capacities.length - 1);
    expect(tasks.contexts).toHaveLength(1);
    expect(builder.failures()).toEqual([]);
  });

  it("ends with 255 for any other reason, and is not tried again", async () => {
    const { tasks, builder } = world({
      d1: { exitCode: 255, log: ["error building image: signal: terminated"] },
    });
    expect((await failureOf(builder.ensure(request()))).message).toMatch(/exit code 255/);
    expect(tasks.started).toHaveLength(1);
  });

  it("gets more memory once, and no third try", async () => {
    const { tasks, builder } = world({ d1: { exitCode: 137 } });
    expect((await failureOf(builder.ensure(request()))).message).toMatch(/exit code 137/);
    expect(tasks.started.map(({ capacity }) => capacity)).toEqual([onDemand, { ...onDemand, size: larger }]);
  });

  it("waits for capacity some minutes and no longer, and tells ECS's reason", async () => {
    const { clock, tasks, builder } = world({ d1: { unavailable } });
    expect((await failureOf(builder.ensure(request()))).message).toMatch(
      /ECS did not start the build task: Capacity is unavailable at this time/,
    );
    expect(clock.sleeps).toEqual([15_000, 30_000, 60_000]);
    expect(tasks.started).toHaveLength(4);
  });

  it("has one limit in time for all its tries", async () => {
    const lost = { takes: 90_000, exitCode: 143, stopCode: "SpotInterruption" };
    const { tasks, builder } = world({ d1: [lost, { takes: 90_000 }] }, { timeout: 120_000 });
    expect((await failureOf(builder.ensure(request({ spot: true })))).message).toMatch(/took longer/);
    expect(tasks.started).toHaveLength(2);
  });

  it("does not begin again once it is cancelled", async () => {
    const { tasks, builder } = world({ d1: { unavailable } });
    const ensured = failureOf(builder.ensure(request()));
    while (tasks.started.length === 0) await new Promise(setImmediate);
    await builder.stop();
    expect((await ensured).kind).toBe("cancelled");
    expect(tasks.started.length).toBeLessThan(4);
  });

  it("to another run that pushed the same tag first has its image all the same", async () => {
    const { builder } = world({ d1: { exitCode: 1, pushes: true } });
    expect(await builder.ensure(request())).toBe(byDigest);
    expect(builder.failures()).toEqual([]);
  });
});

describe("a test stage", () => {
  const tested = { ...request().build, target: "prod", test: "unit" };

  it("succeeds before the image is built", async () => {
    const { tasks, builder, told } = world();
    await builder.ensure(request({ build: tested }));
    const [test, build] = tasks.started.map((started) => started.arguments);
    expect(test).toEqual(expect.arrayContaining(["--no-push", "--target=unit"]));
    expect(build).toEqual(expect.arrayContaining([`--destination=${name}`, "--target=prod"]));
    expect(tasks.contexts).toHaveLength(1);
    expect(told.map(({ status }) => status)).toEqual(["testing", "started", "succeeded"]);
  });

  it("that fails is one failure, and nothing is published", async () => {
    const { tasks, builder, told } = world({ d1: { exitCode: 3 } });
    const wanted = request({ build: tested });
    const errors = await Promise.all([failureOf(builder.ensure(wanted)), failureOf(builder.test(wanted))]);
    expect(errors[0]).toBe(errors[1]);
    expect(errors[0].message).toMatch(/the test stage unit failed: the executor ended with exit code 3/);
    expect(builder.failures()).toHaveLength(1);
    expect(tasks.started).toHaveLength(1);
    expect([...tasks.images]).toEqual([]);
    expect(told.filter(({ status }) => status === "failed")).toHaveLength(1);
  });

  it("is not run again for an image that is there", async () => {
    const { tasks, builder } = world();
    tasks.images.set(name, imageOf(name));
    await builder.test(request({ build: tested }));
    await builder.ensure(request({ build: tested }));
    expect(tasks.started).toEqual([]);
  });

  it("is asked of no build that has none", async () => {
    const { tasks, builder } = world();
    await builder.test(request());
    expect(tasks.started).toEqual([]);
  });
});

describe("progress", () => {
  const dockerfile = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
  const info = (message: string): string =>
    `time="2026-01-02T03:04:05Z" level=info msg=${JSON.stringify(message)}`;

  it("tells each step as it begins, and at the end what came out of the cache", async () => {
    const log = [
      info("Retrieving image node from registry index.docker.io"),
      info("Using caching version of cmd: WORKDIR /app"),
      info("WORKDIR /app"),
      info("COPY . ."),
      "COPY is printed by a program here",
      info("RUN npm ci"),
    ];
    const { builder, told } = world({ d1: { takes: 60_000, log } }, { archive: archiveOf(dockerfile) });
    await builder.ensure(request());
    expect(told.flatMap(({ step }) => step ?? [])).toEqual([
      { number: 1, total: 3, instruction: "WORKDIR /app", cached: true },
      { number: 2, total: 3, instruction: "COPY . .", cached: false },
      { number: 3, total: 3, instruction: "RUN npm ci", cached: false },
    ]);
    expect(told.at(-1)).toMatchObject({ status: "succeeded", steps: { total: 3, cached: 1 } });
  });

  it("of a log that can't be read costs nothing but itself", async () => {
    const { tasks, builder, told } = world({ d1: { takes: 20_000 } });
    tasks.failing = { logPage: new Error("throttled") };
    await builder.ensure(request());
    expect(told.map(({ status }) => status)).toEqual(["started", "succeeded"]);
  });

  it("shows where a build failed, in the Dockerfile", async () => {
    const log = [info("COPY . ."), info("RUN npm ci"), "npm error code E404"];
    const { builder } = world({ d1: { takes: 0, exitCode: 1, log } }, { archive: archiveOf(dockerfile) });
    const error = await failureOf(builder.ensure(request()));
    expect(error.message).toMatch(/exit code 1, at api\/Dockerfile:4: RUN npm ci/);
    expect(builder.failures()[0]?.logTail).toEqual(["COPY . .", "RUN npm ci", "npm error code E404"]);
  });
});

describe("the executor's own last words", () => {
  it.each([
    [
      "FROM node:99\nRUN x",
      "error building image: unable to complete operation after 2 attempts, last error: GET https://index.docker.io/v2/library/node/manifests/99: MANIFEST_UNKNOWN: manifest unknown",
      /exit code 1, at api\/Dockerfile:1: FROM node:99: GET .*MANIFEST_UNKNOWN/,
    ],
    [
      "FROM node\nRUN npm ci",
      "error building image: error building stage: failed to execute command: waiting for process to exit: exit status 1",
      /exit code 1: waiting for process to exit: exit status 1/,
    ],
  ])("of %j are told with the place", async (text, line, expected) => {
    const { builder } = world({ d1: { takes: 0, exitCode: 1, log: [line] } }, { archive: archiveOf(text) });
    expect((await failureOf(builder.ensure(request()))).message).toMatch(expected);
  });
});

it("says where a refusal of another account's registry of ECR is mended", async () => {
  const base = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/base:1";
  const line = `error building image: GET https://${base.replace("/base:", "/v2/base/manifests/")}: DENIED: not authorized`;
  const archive = archiveOf(`FROM ${base}\n`);
  const { builder } = world({ d1: { takes: 0, exitCode: 1, log: [line] } }, { archive });
  const { problems } = await failureOf(builder.ensure(request()));
  expect(problems[0]?.hint).toMatch(
    /^where 210987654321 is not the stack's own account, .*; the whole log is in the log group/,
  );
});

describe("an index", () => {
  const indexed = (tasks: FakeBuildTasks) => {
    const images = (["X86_64", "ARM64"] as const).map((architecture) => {
      const child = `${repositoryUrl}:${architecture}`;
      tasks.images.set(child, imageOf(child));
      return { architecture, digest: imageOf(child).digest };
    });
    return { service: "api", repositoryUrl, tag: "both", logGroupName: "/shop/builds", images };
  };

  it("is pushed once, and is run by its digest", async () => {
    const { tasks, builder } = world();
    const wanted = indexed(tasks);
    const image = await builder.ensureIndex(wanted);
    const pushed = tasks.images.get(`${repositoryUrl}:both`);
    expect(image).toBe(`${repositoryUrl}@${pushed?.digest ?? ""}`);
    expect(pushed?.mediaType).toBe("application/vnd.oci.image.index.v1+json");
    expect(await builder.ensureIndex({ ...wanted, images: [] })).toBe(image);
  });

  it("over an image that is not there is a failure on record", async () => {
    const { tasks, builder } = world();
    const wanted = indexed(tasks);
    tasks.images.clear();
    expect((await failureOf(builder.ensureIndex(wanted))).kind).toBe("build");
    expect(builder.failures()).toMatchObject([{ service: "api", logGroupName: "/shop/builds" }]);
  });
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
