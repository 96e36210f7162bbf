/** Services whose rules wait for healthy tasks: what is kept until then, and what is put right before. */
import { enoughTasks } from "../../../src/rollout/balancing";
import { ServicesWatch } from "../../../src/rollout/services";
import type { BalancedTarget, LeadingRule, ServicePreparation, ServiceProgress } from "../../../src/ports";
import { VirtualClock } from "../builds/builds-fakes";
import { deployment, FakeServices, oldOf, stopped, watched, type Look } from "./service-fakes";

const old: BalancedTarget = { targetGroupArn: "arn:targetgroup/old/1", containerPort: 80 };
const fresh: BalancedTarget = { targetGroupArn: "arn:targetgroup/new/2", containerPort: 80 };
const before = oldOf("web", { status: "PRIMARY" });

const rule: LeadingRule = { arn: "rule", targetGroupArn: fresh.targetGroupArn, groups: ["old", "new"] };

const change = (own: Partial<ServicePreparation> = {}): ServicePreparation => ({
  ...watched("web"),
  targets: [fresh],
  before: [old],
  awaited: true,
  rules: [{ arn: "rule", groups: ["old", "new"] }],
  maximumPercent: 200,
  ...own,
});

function watchOf(looks: readonly Look[]) {
  const services = new FakeServices({ web: looks });
  services.leading = { rule: old.targetGroupArn };
  const course: ServiceProgress[] = [];
  const clock = new VirtualClock();
  const watch = new ServicesWatch({ control: services, clock, onProgress: (one) => course.push(one) });
  return { services, watch, course };
}

describe("before the engine changes a service", () => {
  const prepared = async (
    look: Look | undefined,
    own: Partial<ServicePreparation> = {},
  ): Promise<readonly string[]> => {
    const { services, watch } = watchOf(look === undefined ? [] : [look]);
    await watch.prepare(change(own));
    return services.calls.slice(1);
  };

  test("one whose rules lead to new tasks already, though the old ones are kept, is let come to its end first", async () => {
    const between: Look = {
      deployments: [deployment("web", { running: 1 }), oldOf("web", { status: "ACTIVE" })],
      targets: [fresh],
    };
    const ended: Look = {
      deployments: [deployment("web", { running: 1, rollout: "COMPLETED" })],
      targets: [fresh],
    };
    const { services, watch } = watchOf([between, between, ended]);
    services.leading = { rule: fresh.targetGroupArn };
    await watch.prepare(change({ targets: [old], before: [fresh] }));
    expect(services.calls).toEqual([
      "describe web",
      "unprotect web",
      "describe web",
      "describe web",
      "protect web",
    ]);
  });

  const half: Look = {
    deployments: [deployment("web", { running: 1 }), oldOf("web", { status: "ACTIVE" })],
    targets: [fresh],
    healthyTargets: 1,
  };
  const two = ["one", "two"].map((arn) => ({ arn, groups: ["old", "new"] }));

  test("one of whose rules a killed run has moved some and not others is let come to its end with all of them", async () => {
    const ended: Look = {
      deployments: [deployment("web", { running: 1, rollout: "COMPLETED" })],
      targets: [fresh],
    };
    const { services, watch } = watchOf([half, ended]);
    services.leading = { one: fresh.targetGroupArn, two: old.targetGroupArn };
    await watch.prepare(change({ rules: two, before: [fresh] }));
    expect(services.calls.slice(0, 4)).toEqual([
      "describe web",
      `lead web two ${fresh.targetGroupArn}`,
      "unprotect web",
      "describe web",
    ]);
  });

  test("where those new tasks are no longer healthy, the rules wait for others, and everything is kept", async () => {
    const { services, watch } = watchOf([{ ...half, healthyTargets: 0 }]);
    services.leading = { one: fresh.targetGroupArn, two: old.targetGroupArn };
    await watch.prepare(change({ rules: two, before: [fresh] }));
    expect(services.calls).toEqual(["describe web", "protect web"]);
  });

  test("a rule that leads to what ECS has taken back is led to what runs", async () => {
    const { services, watch } = watchOf([{ deployments: [before], targets: [old], healthyTargets: 1 }]);
    services.leading = { rule: fresh.targetGroupArn };
    await watch.prepare(change({ targets: [old], before: [old] }));
    expect(services.calls).toEqual(["describe web", `lead web rule ${old.targetGroupArn}`, "unprotect web"]);
  });

  test("a rule that somebody has deleted is the engine's to mend", async () => {
    const { services, watch } = watchOf([{ deployments: [before], targets: [old], healthyTargets: 1 }]);
    services.leading = {};
    await watch.prepare(change({ targets: [old], before: [old] }));
    expect(services.calls).toEqual(["describe web", "unprotect web"]);
  });

  test.each<[string, Look | undefined, Partial<ServicePreparation>, readonly string[]]>([
    ["one that is new is left alone", undefined, {}, []],
    [
      "one whose rules don't wait is left alone",
      { deployments: [before], targets: [old] },
      { targets: [old], awaited: false },
      [],
    ],
    [
      "one whose groups stay keeps nothing that a killed run has kept",
      { deployments: [before], targets: [old] },
      { targets: [old] },
      ["unprotect web"],
    ],
    [
      "one whose groups change keeps its tasks",
      { deployments: [before], targets: [old] },
      {},
      ["protect web"],
    ],
    [
      "where old tasks stop first, none is kept",
      { deployments: [before], targets: [old] },
      { maximumPercent: 100 },
      ["unprotect web"],
    ],
    [
      "one that a killed run has left on its way keeps its tasks too",
      { deployments: [deployment("web"), oldOf("web", { status: "ACTIVE" })], targets: [fresh] },
      { before: [fresh] },
      ["protect web"],
    ],
    [
      "one that ECS has rolled back to another group gets what the engine believes that it has",
      { deployments: [before], targets: [old] },
      { before: [fresh] },
      ["protect web", "redeploy web arn:targetgroup/new/2"],
    ],
    [
      "one that ECS has rolled back to another port does as well, and keeps nothing",
      { deployments: [before], targets: [old] },
      { targets: [{ ...old, containerPort: 8080 }], before: [{ ...old, containerPort: 8080 }] },
      ["unprotect web", "redeploy web arn:targetgroup/old/1"],
    ],
  ])("%s", async (_, look, own, calls) => {
    expect(await prepared(look, own)).toEqual(calls);
  });
});

test("of a run that is cancelled, no service is changed unprepared", async () => {
  const { services, watch } = watchOf([{ deployments: [before], targets: [old] }]);
  await watch.stop();
  await expect(watch.prepare(change())).rejects.toThrow("cancelled");
  expect(services.calls).toEqual(["describe web"]);
});

describe("the rules", () => {
  const on = (running: number, healthyTargets: number): Look => ({
    deployments: [deployment("web", { running }), oldOf("web", { status: "ACTIVE" })],
    targets: [fresh],
    healthyTargets,
  });
  const done: Look = {
    deployments: [deployment("web", { running: 1, rollout: "COMPLETED" })],
    targets: [fresh],
  };

  test("wait until the new tasks run and are healthy; what is kept goes when they lead there", async () => {
    const { services, watch } = watchOf([
      { deployments: [before], targets: [old] },
      on(0, 0),
      on(1, 0),
      on(1, 1),
      on(1, 1),
      done,
    ]);
    await watch.prepare(change());
    const key = watch.follow(watched("web", { awaited: true }));
    await watch.healthy(key);
    expect(services.calls.filter((call) => call.startsWith("describe"))).toHaveLength(4);
    expect(services.calls).not.toContain("unprotect web");
    await watch.release(key, [rule]);
    expect(services.calls).toContain("unprotect web");
    await watch.steady(key);
    await watch.release(key, [rule]);
    expect(services.calls.filter((call) => call === "unprotect web")).toHaveLength(1);
  });

  test("lead back where ECS takes back what they lead to, once that is healthy; the tasks are kept until then", async () => {
    const failed = deployment("web", { status: "ACTIVE", rollout: "FAILED", running: 1 });
    const back = (healthyTargets: number): Look => ({
      deployments: [before, failed],
      targets: [old],
      healthyTargets,
    });
    const looks = [{ deployments: [before], targets: [old] }, on(1, 1), on(1, 1), back(0), back(0), back(1)];
    const { services, watch } = watchOf(looks);
    await watch.prepare(change());
    const key = watch.follow(watched("web", { awaited: true }));
    await watch.healthy(key);
    await watch.release(key, [rule]);
    await expect(watch.steady(key)).rejects.toThrow("goes back to shop-dev-web:1");
    expect(services.calls.filter((call) => !/^(describe|stopped)/.test(call))).toEqual([
      "protect web",
      `lead web rule ${fresh.targetGroupArn}`,
      "unprotect web",
      "protect web",
      `lead web rule ${old.targetGroupArn}`,
      "unprotect web",
    ]);
  });

  test("that the file no longer asks for lead where the others of their port do, until the run deletes them", async () => {
    const { services, watch } = watchOf([{ deployments: [before], targets: [old] }, on(1, 1)]);
    services.leading = { ...services.leading, gone: old.targetGroupArn, other: "arn:targetgroup/other/1" };
    const gone = { arn: "gone", groups: rule.groups };
    const deleted = { arn: "deleted by somebody", groups: rule.groups };
    await watch.prepare(change({ rules: [rule, gone, deleted, { arn: "other", groups: ["other"] }] }));
    const key = watch.follow(watched("web", { awaited: true }));
    await watch.release(key, [rule]);
    expect(services.calls.filter((call) => call.startsWith("lead"))).toEqual([
      `lead web rule ${fresh.targetGroupArn}`,
      `lead web gone ${fresh.targetGroupArn}`,
    ]);
  });

  test("never lead to what failed; what ECS has gone back to is kept no longer", async () => {
    const failed = deployment("web", { status: "INACTIVE", rollout: "FAILED" });
    const { services, watch } = watchOf([
      { deployments: [before], targets: [old] },
      on(0, 0),
      { deployments: [before, failed], targets: [old], stops: [stopped(1)] },
    ]);
    await watch.prepare(change());
    const key = watch.follow(watched("web", { awaited: true, urls: () => ["https://web.example.com"] }));
    await expect(watch.healthy(key)).rejects.toThrow("goes back to shop-dev-web:1");
    expect(services.calls.at(-1)).toBe("unprotect web");
    expect(watch.failures()[0]?.addresses).toEqual([
      { url: "https://web.example.com", leadsTo: "shop-dev-web:1" },
    ]);
  });

  test("of a service that ECS has taken back to a group that not all lead to are led there, and nothing is kept", async () => {
    const failed = deployment("web", { status: "INACTIVE", rollout: "FAILED" });
    const { services, watch } = watchOf([
      { deployments: [before], targets: [old] },
      on(0, 0),
      { deployments: [before, failed], targets: [old], stops: [stopped(1)], healthyTargets: 1 },
    ]);
    const rules = ["one", "two"].map((arn) => ({ arn, groups: ["old", "new"] }));
    services.leading = { one: fresh.targetGroupArn, two: old.targetGroupArn };
    await watch.prepare(change({ rules }));
    await expect(watch.healthy(watch.follow(watched("web", { awaited: true })))).rejects.toThrow();
    expect(services.calls.filter((call) => !/^(describe|stopped)/.test(call)).slice(-3)).toEqual([
      "protect web",
      `lead web one ${old.targetGroupArn}`,
      "unprotect web",
    ]);
  });

  test("what can't be led back is told with the failure", async () => {
    const failed = deployment("web", { status: "INACTIVE", rollout: "FAILED" });
    const { services, watch } = watchOf([
      { deployments: [before], targets: [old] },
      on(0, 0),
      { deployments: [before, failed], targets: [old], stops: [stopped(1)] },
    ]);
    await watch.prepare(change());
    services.protect = () => Promise.reject(new Error("AWS refused access"));
    const key = watch.follow(watched("web", { awaited: true }));
    const words =
      /goes back to shop-dev-web:1.*; the load balancer could not be led back to its old tasks: AWS refused access/s;
    await expect(watch.healthy(key)).rejects.toThrow(words);
    expect(watch.failures()[0]?.message).toMatch(words);
  });

  test("of a deployment that ECS has not given up, what ran before stays kept", async () => {
    const crashing: Look = { ...on(0, 0), stops: [stopped(1), stopped(2), stopped(3)] };
    const { services, watch } = watchOf([{ deployments: [before], targets: [old] }, on(0, 0), crashing]);
    await watch.prepare(change());
    const key = watch.follow(watched("web", { awaited: true, urls: () => ["https://web.example.com"] }));
    await expect(watch.healthy(key)).rejects.toThrow();
    expect(services.calls).not.toContain("unprotect web");
    expect(watch.failures()[0]?.addresses).toMatchObject([{ leadsTo: "shop-dev-web:1" }]);
  });

  test("of a first deployment that fails, no address leads anywhere", async () => {
    const { watch } = watchOf([{ deployments: [deployment("web", { rollout: "FAILED" })] }]);
    const key = watch.follow(watched("web", { urls: () => ["https://web.example.com"] }));
    await expect(watch.steady(key)).rejects.toThrow();
    expect(watch.failures()[0]?.addresses).toEqual([{ url: "https://web.example.com" }]);
  });
});

test.each([
  // desired, old ones that run, maximum percent: enough
  [1, 1, 200, 1],
  [4, 4, 200, 4],
  [3, 3, 134, 1],
  [4, 4, 150, 2],
  [2, 2, 100, 1],
  [0, 0, 200, 0],
])(
  "of %i tasks with %i old ones, at %i %% at most, %i have to be healthy",
  (desired, running, percent, enough) => {
    const primary = deployment("web", { desired });
    const state = {
      deployments: [primary, oldOf("web", { status: "ACTIVE", running })],
      targets: [],
      events: [],
    };
    expect(enoughTasks(state, primary, percent)).toBe(enough);
  },
);
