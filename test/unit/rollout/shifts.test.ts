/** Deployments that move requests: their stages, their test, and how they are taken back. */
import { ServicesWatch } from "../../../src/rollout/services";
import type {
  BalancedTarget,
  OneOffTasks,
  ServiceCourse,
  ServicePreparation,
  ServiceProgress,
  ServiceRequest,
  TaskState,
} from "../../../src/ports";
import { VirtualClock } from "../builds/builds-fakes";
import { deployment, FakeServices, oldOf, watched, type Look } from "./service-fakes";

const course = (over: Partial<ServiceCourse> = {}): ServiceCourse => ({
  arn: "d/1",
  status: "going",
  ...over,
});
const both = { deployments: [deployment("web", { running: 1 }), oldOf("web", { status: "ACTIVE" })] };
const at = (stage: string, over: Partial<ServiceCourse> = {}): Look => ({
  ...both,
  course: course({ stage, ...over }),
});
const steady: Look = {
  deployments: [deployment("web", { rollout: "COMPLETED", running: 1 })],
  course: course({ status: "succeeded" }),
};
const back: Look = {
  deployments: [oldOf("web", { status: "PRIMARY", rolloutReason: "rolling back" })],
  course: course({ status: "failed", reason: "ECS deployment failed: alarm detected." }),
};

const shift = { strategy: "canary", percent: 10, bake: 5 } as const;
const test_ = { command: ["smoke"], subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };

/** One-off tasks that end with an exit code. */
function testsOf(exitCode: number) {
  const commands: unknown[] = [];
  const state: TaskState = { status: "STOPPED", exitCode };
  const tests: OneOffTasks = {
    run: (request) => {
      commands.push(request.command);
      return Promise.resolve({ taskArn: "task/1" });
    },
    describe: () => Promise.resolve(state),
    logTail: () => Promise.resolve(["it does not answer"]),
    stop: () => Promise.resolve(),
  };
  return { tests, commands };
}

async function endOf(looks: readonly Look[], over: Partial<ServiceRequest> = {}, exitCode = 0) {
  const services = new FakeServices({ web: looks });
  const told: ServiceProgress[] = [];
  const { tests, commands } = testsOf(exitCode);
  const clock = new VirtualClock();
  const onProgress = (one: ServiceProgress): number => told.push(one);
  const watch = new ServicesWatch({ control: services, clock, tests, onProgress });
  const request = watched("web", { shift, urls: () => ["https://web.example.com"], ...over });
  const outcome = await watch.steady(watch.follow(request)).then(
    () => "steady",
    (error: unknown) => (error as Error).message,
  );
  return { outcome, failure: watch.failures()[0], told, calls: services.calls, commands };
}

test("each stage is told once, a bake with the time that is left", async () => {
  const { outcome, told } = await endOf([
    at("SCALE_UP"),
    at("PRODUCTION_TRAFFIC_SHIFT"),
    at("PRODUCTION_TRAFFIC_SHIFT"),
    at("BAKE_TIME"),
    at("CLEAN_UP"),
    steady,
  ]);
  expect(outcome).toBe("steady");
  const stages = told.filter(({ status }) => status === "shifting");
  expect(stages).toMatchObject([
    { stage: "SCALE_UP", message: "its new tasks start" },
    { stage: "PRODUCTION_TRAFFIC_SHIFT", message: "10 % of its requests go to the new tasks", left: 300 },
    { stage: "BAKE_TIME", left: 300 },
    { stage: "CLEAN_UP" },
  ]);
});

test("tasks that run are no end while requests move", async () => {
  const early: Look = { ...steady, course: course({ stage: "BAKE_TIME" }) };
  const { outcome, calls } = await endOf([early, early, early, steady]);
  expect(outcome).toBe("steady");
  expect(calls.filter((call) => call === "describe web")).toHaveLength(4);
});

test("an alarm is told with the stage, and what the address leads to", async () => {
  const { outcome, failure } = await endOf([at("SCALE_UP"), at("BAKE_TIME"), back]);
  expect(outcome).toMatch(/an alarm went off.*goes back to shop-dev-web:1/);
  expect(failure).toMatchObject({
    cause: "alarm",
    stage: "BAKE_TIME",
    addresses: [{ leadsTo: "shop-dev-web:1" }],
  });
});

test.each([
  [0, "continue", "steady"],
  [1, "rollback", "its test failed: the program ended with exit code 1"],
])("a test that ends with %i: %s", async (exitCode, answer, expected) => {
  const asked = at("POST_SCALE_UP", { hook: "hook-1" });
  const looks = [at("SCALE_UP"), asked, exitCode === 0 ? steady : back];
  const { outcome, calls, commands, failure } = await endOf(
    looks,
    { shift: { ...shift, test: test_ } },
    exitCode,
  );
  expect(outcome).toContain(expected);
  expect(commands).toEqual([["smoke"]]);
  expect(calls).toContain(`${answer} web hook-1`);
  if (exitCode !== 0) expect(failure).toMatchObject({ cause: "test", log: ["it does not answer"] });
});

test("a run that is cancelled in a bake takes the requests back", async () => {
  const services = new FakeServices({ web: [at("BAKE_TIME")] });
  const clock = new VirtualClock();
  const watch = new ServicesWatch({ control: services, clock });
  const steadied = watch.steady(watch.follow(watched("web", { shift }))).catch((error: unknown) => error);
  await watch.stop();
  expect(await steadied).toMatchObject({ kind: "cancelled" });
  expect(services.calls).toContain("take back web");
});

describe("before the engine changes a service", () => {
  const told: BalancedTarget = {
    targetGroupArn: "tg/a/1",
    containerPort: 80,
    shift: { alternateTargetGroupArn: "tg/b/1", productionListenerRule: "rule", roleArn: "role" },
  };
  const plain: BalancedTarget = { targetGroupArn: "tg/a/1", containerPort: 80 };
  const change = (over: Partial<ServicePreparation>): ServicePreparation => ({
    ...watched("web"),
    ...{ targets: [told], before: [plain], awaited: false, rules: [], maximumPercent: 200 },
    ...over,
  });
  const deployed = (targets: readonly BalancedTarget[], more: Partial<Look> = {}): Look => ({
    deployments: [oldOf("web", { status: "PRIMARY" })],
    targets,
    ...more,
  });

  test("ECS learns by a rolling deployment of what runs by what to move its requests", async () => {
    const services = new FakeServices({ web: [deployed([plain])] }, { web: [deployed([told])] });
    const watch = new ServicesWatch({ control: services, clock: new VirtualClock() });
    expect(await watch.prepare(change({}))).toEqual(["tg/a/1"]);
    expect(services.calls).toContain("redeploy web tg/a/1");
  });

  test("a rule that names one group of the pair names the other one again, before ECS moves its requests", async () => {
    const services = new FakeServices({ web: [deployed([told])] });
    services.leading = { rule: "tg/b/1" };
    const watch = new ServicesWatch({ control: services, clock: new VirtualClock() });
    await watch.prepare(change({ before: [told] }));
    expect(services.calls).toContain("lead web rule tg/b/1 tg/a/1");
    services.beside = { rule: ["tg/a/1"] };
    const [before] = [services.calls.length];
    await watch.prepare(change({ before: [told] }));
    expect(services.calls.slice(before).join()).not.toContain("lead");
  });

  test("back at rolling, the service names the group that has the requests", async () => {
    const services = new FakeServices({ web: [deployed([told])] });
    services.leading = { rule: "tg/b/1" };
    const watch = new ServicesWatch({ control: services, clock: new VirtualClock() });
    expect(await watch.prepare(change({ targets: [plain], before: [told] }))).toEqual(["tg/b/1"]);
  });

  test("a deployment that a killed run has left comes to its end first, and its test fails", async () => {
    const going = deployed([told], { course: course({ stage: "POST_SCALE_UP", hook: "hook-1" }) });
    const services = new FakeServices({ web: [going] });
    const answer = services.answer.bind(services);
    services.answer = async (...args) => {
      await answer(...args);
      services.course = () => Promise.resolve(course({ status: "failed" }));
    };
    const watch = new ServicesWatch({ control: services, clock: new VirtualClock() });
    await watch.prepare(change({ before: [told] }));
    expect(services.calls).toContain("rollback web hook-1");
    expect(services.calls.some((call) => call.startsWith("redeploy"))).toBe(false);
  });

  test("a test of a rolling deployment that fails leaves the service alone", async () => {
    const services = new FakeServices({ web: [deployed([plain])] });
    const { tests } = testsOf(1);
    const watch = new ServicesWatch({ control: services, clock: new VirtualClock(), tests });
    await expect(watch.prepare(change({ targets: [plain], test: test_ }))).rejects.toThrow("its test failed");
    expect(watch.failures()).toMatchObject([{ cause: "test" }]);
    expect(services.calls).toEqual(["describe web"]);
  });
});
