/** A service on Spot without room: moved to on-demand capacity once, and followed there. */
import { ServicesWatch } from "../../../src/rollout/services";
import type { ServiceDeployment, ServiceEvent, ServiceProgress } from "../../../src/ports";
import { VirtualClock } from "../builds/builds-fakes";
import { deployment, FakeServices, oldOf, stopped, watched, type Look } from "./service-fakes";

const words =
  "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.";
const refusals = (count: number, at = 2_000): readonly ServiceEvent[] =>
  Array.from({ length: count }, (_, index) => ({ id: `no-${at}-${index}`, at, message: words }));
const calm: ServiceEvent = { id: "calm", at: 3_000, message: "(service web) has reached a steady state." };

const onSpot = (over: Partial<ServiceDeployment> = {}): ServiceDeployment =>
  deployment("web", { spot: true, ...over });
const onDemand = (over: Partial<ServiceDeployment> = {}): ServiceDeployment =>
  deployment("web", { id: "ecs-svc/3", createdAt: 9_000, ...over });

const going: Look = { deployments: [onSpot()] };
const short: Look = { deployments: [onSpot()], events: refusals(1) };
const steady: Look = { deployments: [onDemand({ rollout: "COMPLETED", running: 1 })] };

/** What became of `web`, whose file says Spot: `redeployed` is what ECS shows once there is another deployment. */
async function endOf(looks: readonly Look[], redeployed: readonly Look[], refused?: Error) {
  const services = new FakeServices({ web: looks }, { web: redeployed });
  services.refused = refused;
  const course: ServiceProgress[] = [];
  const clock = new VirtualClock();
  const watch = new ServicesWatch({
    control: services,
    clock,
    onProgress: (progress) => course.push(progress),
  });
  const began = clock.now();
  const end = await watch.steady(watch.follow(watched("web", { spot: true }))).catch(() => undefined);
  const moves = services.calls.filter((call) => call.startsWith("redeploy"));
  const told = course.map(({ status, message }) =>
    message === undefined ? status : `${status}: ${message}`,
  );
  return { end, moves, told, failure: watch.failures()[0], seconds: (clock.now() - began) / 1_000 };
}

const moved = "moved: Spot has no room for it, so it runs on demand now";

test("the first word of it moves the service, and its deployment on demand is the one that counts", async () => {
  const { end, moves, told, failure } = await endOf([going, short], [{ deployments: [onDemand()] }, steady]);
  expect([end, failure]).toEqual([{ onDemand: true }, undefined]);
  expect(moves).toEqual(["redeploy web on-demand"]);
  expect(told).toEqual(["waiting", moved, "steady"]);
});

test("a task that stopped for it moves the service too, and counts against nothing then", async () => {
  const stop = stopped(1, {
    stopCode: "TaskFailedToStart",
    stoppedReason: "Capacity is unavailable at this time",
  });
  const { end, moves, seconds } = await endOf(
    [going, { ...going, stops: [stop] }],
    [{ ...steady, stops: [stop] }],
  );
  expect([end, moves]).toEqual([{ onDemand: true }, ["redeploy web on-demand"]]);
  // Nothing of the new deployment has failed: no minute of probation.
  expect(seconds).toBeLessThan(30);
});

test("a service of which some tasks run is moved as a whole", async () => {
  const some = { desired: 5, running: 1 };
  const { end, moves } = await endOf(
    [{ deployments: [onSpot(some)] }, { deployments: [onSpot(some)], events: refusals(1) }],
    [
      { deployments: [onDemand({ desired: 5 }), onSpot({ ...some, status: "ACTIVE" })] },
      { deployments: [onDemand({ desired: 5, running: 5, rollout: "COMPLETED" })] },
    ],
  );
  expect([end, moves]).toEqual([{ onDemand: true }, ["redeploy web on-demand"]]);
});

test("a service that Spot interrupted long after its deployment, and that found no room since", async () => {
  const waning = onSpot({ rollout: "COMPLETED", desired: 2, running: 1 });
  const events = [...refusals(1, 5_000), calm];
  const { end, moves } = await endOf([{ deployments: [waning], events }], [steady]);
  expect([end, moves]).toEqual([{ onDemand: true }, ["redeploy web on-demand"]]);
});

test("a shortage that a steady state has ended since is over", async () => {
  const events = [calm, ...refusals(3)];
  const waning: Look = { deployments: [onSpot({ rollout: "COMPLETED", running: 0 })], events };
  const well: Look = { deployments: [onSpot({ rollout: "COMPLETED", running: 1 })], events };
  const { end, moves } = await endOf([waning, waning, well], []);
  expect([end, moves]).toEqual([{ onDemand: false }, []]);
});

test("where on-demand capacity is short too, the service has failed, with ECS's words", async () => {
  const { moves, failure } = await endOf(
    [going, short],
    [1, 2, 3].map((count) => ({ deployments: [onDemand()], events: refusals(count, 10_000) })),
  );
  expect(moves).toEqual(["redeploy web on-demand"]);
  expect(failure).toMatchObject({
    cause: "capacity",
    message: "AWS has no capacity for the task, neither on Spot nor on demand",
    event: words,
  });
});

test("ECS may be a moment behind: the old deployment's words move nothing again, and fail nothing", async () => {
  const behind: Look = { deployments: [onSpot()], events: refusals(3) };
  const { end, moves } = await endOf([going, behind], [behind, behind, steady]);
  expect([end, moves]).toEqual([{ onDemand: true }, ["redeploy web on-demand"]]);
});

test("the deployment on demand has a time limit of its own", async () => {
  const slow = Array.from({ length: 100 }, () => going);
  const { end, seconds } = await endOf(
    [...slow, short],
    [...slow.map(() => ({ deployments: [onDemand()] })), steady],
  );
  expect(end).toEqual({ onDemand: true });
  expect(seconds).toBeGreaterThan(20 * 60);
});

test.each<[string, Look, object]>([
  [
    "a rollback by the circuit breaker",
    {
      deployments: [
        oldOf("web", { id: "ecs-svc/4", rollout: "IN_PROGRESS" }),
        onDemand({ status: "INACTIVE", rollout: "FAILED", rolloutReason: "tasks failed to start." }),
      ],
      stops: [stopped(1, { deploymentId: "ecs-svc/3" })],
    },
    { cause: "crash loop", message: expect.stringContaining("goes back to shop-dev-web:1") as string },
  ],
  [
    "an alarm",
    { deployments: [onDemand({ rollout: "FAILED", rolloutReason: "alarm detected" })] },
    { cause: "alarm" },
  ],
  [
    "a crash loop",
    {
      deployments: [onDemand()],
      stops: [1, 2, 3].map((index) => stopped(index, { deploymentId: "ecs-svc/3" })),
    },
    { cause: "crash loop" },
  ],
])("%s on demand is as much of a failure", async (_name, look, expected) => {
  const { moves, failure } = await endOf([going, short], [{ deployments: [onDemand()] }, look]);
  expect(moves).toEqual(["redeploy web on-demand"]);
  expect(failure).toMatchObject(expected);
});

test("a service that can't be moved has failed for want of capacity, and why is told", async () => {
  const { failure } = await endOf([going, short], [], new Error("AccessDeniedException: no"));
  expect(failure).toMatchObject({
    cause: "capacity",
    event: `${words}; it can't be moved to on-demand capacity either: AccessDeniedException: no`,
  });
});

test("one that runs on demand from an earlier run is told as such, and left there", async () => {
  const { end, moves } = await endOf([steady], []);
  expect([end, moves]).toEqual([{ onDemand: true }, []]);
  const { end: back } = await endOf([{ deployments: [onSpot({ rollout: "COMPLETED", running: 1 })] }], []);
  expect(back).toEqual({ onDemand: false });
});

test("a refusal that is no lack of capacity moves nothing", async () => {
  const message =
    "(service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs.";
  const events = [1, 2, 3].map((index) => ({ id: String(index), at: 2_000, message }));
  const { moves, failure } = await endOf([going, { ...going, events }], []);
  expect([moves, failure?.event]).toEqual([[], message]);
});
