import fc from "fast-check";
import { failureThreshold, isFailure } from "../../../src/rollout/verdict";
import { ServicesWatch } from "../../../src/rollout/services";
import type { ServiceFailureCause, ServiceProgress } from "../../../src/ports";
import { VirtualClock } from "../builds/builds-fakes";
import { deployment, FakeServices, oldOf, stopped, watched, type Look } from "./service-fakes";

const going: Look = { deployments: [deployment("web"), oldOf("web", { status: "ACTIVE" })] };
const steady: Look = { deployments: [deployment("web", { rollout: "COMPLETED", running: 1 })] };
const crashed = (count: number): Look => ({
  ...going,
  stops: Array.from({ length: count }, (_, index) => stopped(index)),
});

function watchOf(services: FakeServices, more: { timeout?: number; patience?: number } = {}) {
  const clock = new VirtualClock();
  const course: ServiceProgress[] = [];
  const watch = new ServicesWatch({
    control: services,
    clock,
    onProgress: (progress) => course.push(progress),
    ...more,
  });
  return { watch, clock, course };
}

/** What became of the service `web`: its causes of failure, none where it is steady. */
async function endOf(looks: readonly Look[], redeployed: readonly Look[] = []) {
  const services = new FakeServices({ web: looks }, { web: redeployed });
  const { watch, clock, course } = watchOf(services);
  const began = clock.now();
  const outcome = await watch.steady(watch.follow(watched("web"))).then(
    () => "steady",
    (error: unknown) => (error as Error).message,
  );
  const [failure] = watch.failures();
  return { outcome, failure, course, calls: services.calls, seconds: (clock.now() - began) / 1_000 };
}

test("a service that did not change costs one look and no time", async () => {
  const { outcome, calls, seconds } = await endOf([steady]);
  expect([outcome, calls, seconds]).toEqual(["steady", ["describe web"], 0]);
});

test("a deployment is followed until it is complete and its tasks run", async () => {
  const complete = (running: number): Look => ({
    deployments: [deployment("web", { rollout: "COMPLETED", running, desired: 2 })],
  });
  const { outcome, calls } = await endOf([going, going, complete(1), complete(2)]);
  expect(outcome).toBe("steady");
  expect(calls.filter((call) => call === "describe web")).toHaveLength(4);
});

test("what nothing checks has to stay for ten seconds", async () => {
  const services = new FakeServices({ web: [going, steady] });
  const { watch, clock } = watchOf(services);
  const began = clock.now();
  await watch.steady(watch.follow(watched("web", { checked: false })));
  expect(clock.now() - began).toBeGreaterThanOrEqual(10_000);
});

test("two stops are no failure, but the service has to stay for a minute then", async () => {
  const { outcome, seconds } = await endOf([going, crashed(1), crashed(2), { ...crashed(2), ...steady }]);
  expect(outcome).toBe("steady");
  expect(seconds).toBeGreaterThanOrEqual(60);
});

test("the third stop is the end, long before any time limit", async () => {
  const { failure, seconds, course } = await endOf([going, crashed(1), crashed(2), crashed(3)]);
  expect(failure).toMatchObject({
    cause: "crash loop",
    message: "the program ended with exit code 1 (3 tasks so far)",
    exitCode: 1,
    stoppedReason: "Essential container in task exited",
    log: ["log of task/2"],
  });
  expect(course.filter(({ status }) => status === "stopped")).toHaveLength(3);
  expect(seconds).toBeLessThan(60);
});

const reasons: readonly [string, ServiceFailureCause, Parameters<typeof stopped>[1]][] = [
  [
    "memory",
    "out of memory",
    { containers: [{ name: "web", exitCode: 137, reason: "OutOfMemoryError: …" }] },
  ],
  ["137 without a word", "out of memory", { containers: [{ name: "web", exitCode: 137 }] }],
  ["an image", "image", { stopCode: "TaskFailedToStart", stoppedReason: "CannotPullContainerError: …" }],
  [
    "an image, told by the container",
    "image",
    {
      stopCode: "TaskFailedToStart",
      containers: [{ name: "web", reason: "CannotPullImageManifestError: …" }],
    },
  ],
  [
    "a secret",
    "secret",
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "ResourceInitializationError: unable to pull secrets or registry auth: …",
    },
  ],
  [
    "a mount",
    "start",
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "ResourceInitializationError: failed to invoke EFS utils commands",
    },
  ],
  [
    "the container's check",
    "container health",
    { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Task failed container health checks" },
  ],
  [
    "the load balancer's check",
    "target health",
    {
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed ELB health checks in (target-group arn:aws:…)",
    },
  ],
  [
    "capacity",
    "capacity",
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "Capacity is unavailable at this time. Please try again",
    },
  ],
];

test.each(reasons)("three stops for %s: %s", async (_name, cause, over) => {
  const stops = [1, 2, 3].map((index) => stopped(index, over));
  const { failure } = await endOf([
    going,
    { ...going, stops, health: ["Target.Timeout: Request timed out"] },
  ]);
  expect(failure).toMatchObject({ cause, health: "Target.Timeout: Request timed out" });
});

test.each([
  [
    "the end of its Spot capacity",
    { stopCode: "SpotInterruption", stoppedReason: "Your Spot Task was interrupted." },
  ],
  [
    "a deployment",
    { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Scaling activity initiated by …" },
  ],
  ["a person", { stopCode: "UserInitiated", stoppedReason: "Task stopped by user" }],
])("a task stopped by %s has not failed", (_name, over) => {
  expect(isFailure(stopped(1, over))).toBe(false);
});

test("stops of another deployment, or from before, do not count", async () => {
  const others = [1, 2, 3].map((index) => stopped(index, { deploymentId: "ecs-svc/1" }));
  expect((await endOf([going, { ...going, stops: others }, steady])).outcome).toBe("steady");
  const stops = crashed(3).stops ?? [];
  const waning: Look = { deployments: [deployment("web", { rollout: "COMPLETED" })], stops };
  expect((await endOf([waning, { ...steady, stops }])).outcome).toBe("steady");
});

test("a rollback is a failure, told with what ECS goes back to", async () => {
  const back = oldOf("web", { id: "ecs-svc/3", rollout: "IN_PROGRESS" });
  const failed = deployment("web", {
    status: "INACTIVE",
    rollout: "FAILED",
    rolloutReason: "ECS deployment circuit breaker: tasks failed to start.",
  });
  const { failure } = await endOf([going, { deployments: [back, failed], stops: [stopped(1)] }]);
  expect(failure).toMatchObject({
    cause: "crash loop",
    message:
      "the program ended with exit code 1 (1 task so far); ECS gives the deployment up and goes back to shop-dev-web:1",
    event: "ECS deployment circuit breaker: tasks failed to start.",
  });
});

test("a rollback to an equal definition is one too", async () => {
  const back = deployment("web", {
    id: "ecs-svc/3",
    rolloutReason: "rolling back to deploymentId ecs-svc/1",
  });
  const { failure } = await endOf([going, { deployments: [back] }]);
  expect(failure).toMatchObject({ cause: "rolled back" });
});

test("an alarm is named", async () => {
  const failed = deployment("web", { rollout: "FAILED", rolloutReason: "alarm detected" });
  expect((await endOf([going, { deployments: [failed] }])).failure).toMatchObject({ cause: "alarm" });
});

test("somebody's newer deployment of the same definition counts", async () => {
  const newer = deployment("web", { id: "ecs-svc/3", rollout: "COMPLETED", running: 1 });
  expect((await endOf([going, { deployments: [newer] }])).outcome).toBe("steady");
});

test("no capacity is told after the third word of it", async () => {
  const words = (count: number): Look => ({
    ...going,
    events: Array.from({ length: count }, (_, index) => ({
      id: String(index),
      at: 2_000,
      message: "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
    })),
  });
  const { failure, calls } = await endOf([going, words(1), words(2), words(3)]);
  expect(failure).toMatchObject({
    cause: "capacity",
    event: expect.stringContaining("unable to place") as string,
  });
  expect(calls.filter((call) => call.startsWith("describe"))).toHaveLength(4);
});

/** ECS's words that it can't place a task, at a time each; newest first, as ECS lists them. */
const refusedAt = (...times: readonly number[]): NonNullable<Look["events"]> =>
  times
    .map((at, index) => ({
      id: `refused-${index}`,
      at,
      message: "(service web) was unable to place a task.",
    }))
    .reverse();

test.each<[string, NonNullable<Look["events"]>]>([
  ["came before the deployment began", refusedAt(500, 700, 999)],
  [
    "came before the service was steady again",
    [
      { id: "calm", at: 3_000, message: "(service web) has reached a steady state." },
      ...refusedAt(1_500, 2_000, 2_500),
    ],
  ],
  ["came before and since, fewer than three since", refusedAt(500, 700, 1_500, 2_000)],
])("refusals that %s fail nothing", async (_what, events) => {
  const looking = { ...going, events };
  expect((await endOf([looking, looking, looking, { ...steady, events }])).outcome).toBe("steady");
});

test("refusals since the deployment began fail it, whatever there was before", async () => {
  const events = [
    ...refusedAt(4_000, 5_000, 6_000),
    { id: "calm", at: 3_000, message: "(service web) has reached a steady state." },
  ];
  expect((await endOf([going, { ...going, events }])).failure).toMatchObject({ cause: "capacity" });
});

test.each<[string, Look]>([
  ["had been rolled back", { deployments: [oldOf("web")] }],
  ["had failed", { deployments: [deployment("web", { rollout: "FAILED" })] }],
  ["had crashed three times", crashed(3)],
])("a deployment that %s before this run is begun again", async (_name, before) => {
  const next = deployment("web", { id: "ecs-svc/4" });
  const { outcome, calls, course } = await endOf(
    [before],
    [{ deployments: [next] }, { deployments: [{ ...next, rollout: "COMPLETED", running: 1 }] }],
  );
  expect(outcome).toBe("steady");
  expect(calls.filter((call) => call.startsWith("redeploy"))).toHaveLength(1);
  expect(course.map(({ status }) => status)).toContain("restarted");
});

test("looks that fail are borne, until too many do", async () => {
  const blind: Look = { deployments: [], error: new Error("throttled") };
  expect((await endOf([going, blind, blind, steady])).outcome).toBe("steady");
  expect((await endOf([going, blind])).failure).toMatchObject({
    cause: "unseen",
    message: "its state can't be read: throttled",
  });
});

test("a service that is gone, and one that never gets on", async () => {
  expect((await endOf([])).failure).toMatchObject({ cause: "gone" });
  expect((await endOf([going])).failure).toMatchObject({
    cause: "time limit",
    message: "it did not become steady: after 20 min 0 of 1 tasks ran",
  });
});

test("all that fail are told, and what hangs is left after the patience", async () => {
  const of = (service: string, look: Look): Look => ({
    ...look,
    deployments: [deployment(service)],
  });
  const services = new FakeServices({
    web: [of("web", going), of("web", crashed(3))],
    api: [going, going, going, going, crashed(3)].map((look) => of("api", look)),
    slow: [of("slow", going)],
  });
  const { watch, clock, course } = watchOf(services, { patience: 60_000 });
  const began = clock.now();
  const keys = ["web", "api", "slow"].map((service) => watch.follow(watched(service)));
  const left = watch.steady(keys[2] ?? "");
  await expect(watch.steady(keys[0] ?? "")).rejects.toThrow("services.web");
  expect(watch.failures().map(({ service }) => service)).toEqual(["web", "api"]);
  expect((clock.now() - began) / 1_000).toBeLessThan(120);
  expect(course.at(-1)).toMatchObject({ service: "slow", status: "cancelled" });
  // Nobody knows whether it would have become steady: what waits for it waits for nothing.
  expect(await Promise.race([left, Promise.resolve("waiting")])).toBe("waiting");
});

test("started is when a task runs; a failure ends that wait too", async () => {
  const running: Look = { deployments: [deployment("web", { running: 1 })] };
  const { watch, course } = watchOf(new FakeServices({ web: [going, running, steady] }));
  const key = watch.follow(watched("web"));
  await watch.started(key);
  expect(course.map(({ status }) => status)).toEqual(["waiting"]);
  await watch.steady(key);
  const failing = watchOf(new FakeServices({ web: [going, crashed(3)] })).watch;
  await expect(failing.started(failing.follow(watched("web")))).rejects.toThrow("exit code 1");
});

test("a run that is told to end leaves its services, and what waits hears of it", async () => {
  const { watch } = watchOf(new FakeServices({ web: [going] }));
  const waiting = watch.steady(watch.follow(watched("web")));
  await Promise.all([watch.stop(), expect(waiting).rejects.toThrow("cancelled")]);
  expect(watch.failures()).toEqual([]);
});

test("the threshold is that of ECS's circuit breaker", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000 }), (desired) => {
      const threshold = failureThreshold(desired);
      expect(threshold).toBeGreaterThanOrEqual(3);
      expect(threshold).toBeLessThanOrEqual(200);
      if (desired >= 6 && desired <= 400) expect(threshold).toBe(Math.ceil(desired / 2));
    }),
  );
});
