/** Services that run to their end, and what may wait for them. */
import { app, appProblems, appWarnings, problemsOf, serviceOf, warningsOf } from "../../support/interpret";

const policy = (condition: string): object => ({ deploy: { restart_policy: { condition } } });
const port = { target: 80, published: "80", mode: "ingress", protocol: "tcp" };

describe("a container is", () => {
  test.each<["service" | "task", object]>([
    ["service", {}],
    ["service", { restart: "always" }],
    ["service", { restart: "no", ports: [port] }],
    ["service", { restart: "no", ...policy("any") }],
    ["service", { restart: "no", ...policy("on-failure") }],
    ["service", { deploy: { mode: "replicated" } }],
    ["task", { restart: "no" }],
    ["task", { restart: false }],
    ["task", { restart: "no", ports: [] }],
    ["task", { restart: "no", expose: ["9000"] }],
    ["task", { restart: "no", deploy: { replicas: 1 } }],
    ["task", policy("none")],
    ["task", { restart: "always", ...policy("none") }],
    ["task", { deploy: { mode: "replicated-job" } }],
    ["task", { deploy: { mode: "global-job" } }],
  ])("a %s: %j", (lifecycle, keys) => {
    expect(app({ ...keys }).lifecycle).toBe(lifecycle);
  });
});

test.each([
  [{ restart: "no" }, []],
  [
    { restart: "no", ports: [port] },
    ["services.app.restart: ECS starts a published service again when it ends"],
  ],
  [{ restart: "no", container_name: "job" }, ["services.app.container_name: nobody reaches a one-off task"]],
  [{ restart: "always", ...policy("none") }, ["services.app.restart: a one-off task that failed is not"]],
  [
    { deploy: { mode: "global-job", restart_policy: { condition: "on-failure" } } },
    [
      "services.app.deploy.mode: Fargate has no nodes: the task runs once",
      "services.app.deploy.restart_policy.condition: a one-off task that failed is not",
    ],
  ],
])("warns of %j", (keys, expected) => {
  expect(appWarnings({ ...keys })).toEqual(expected.map((text) => expect.stringContaining(text) as string));
});

test.each([
  [{ ...policy("none"), ports: [port] }, "services.app.ports: a one-off task answers nobody"],
  [{ restart: "no", scale: 2 }, "services.app.scale: 2: a one-off task runs once"],
  [{ restart: "no", deploy: { replicas: 0 } }, "services.app.deploy.replicas: 0: a one-off task runs once"],
  [{ restart: "no", "x-autoscaling": { max: 3 } }, "services.app.x-autoscaling: a one-off task runs once"],
  [policy("sometimes"), 'services.app.deploy.restart_policy.condition: unknown condition "sometimes"'],
])("refuses %j", (keys, expected) => {
  expect(appProblems({ ...keys })).toEqual([expect.stringContaining(expected)]);
});

describe("depends_on", () => {
  const project = (condition: string, target: object, required = true) => ({
    web: { image: "web", depends_on: { job: { condition, required } } },
    job: { image: "job", ...target },
  });
  const postgres = { image: "postgres:16", "x-postgres": true, environment: { POSTGRES_PASSWORD: null } };

  test.each(["service_completed_successfully", "service_started"])("%s of a one-off task", (condition) => {
    const services = project(condition, { restart: "no" }, false);
    expect(serviceOf(services, "web").dependsOn).toEqual([{ service: "job", condition, required: false }]);
    expect(warningsOf(services)).toEqual([]);
  });

  test.each([
    [
      "service_completed_successfully",
      {},
      'service "job" never completes: AWS keeps it running (make it a one-off',
    ],
    [
      "service_completed_successfully",
      postgres,
      'service "job" never completes: AWS keeps it running (write cond',
    ],
    [
      "service_healthy",
      { restart: "no" },
      'service "job" is a one-off task, which is never healthy: it ends',
    ],
    [
      "service_healthy",
      { restart: "no", healthcheck: { test: ["CMD", "ok"] } },
      'service "job" is a one-off task, which is never healthy: it ends',
    ],
  ])("%s of %j is an error", (condition, target, expected) => {
    expect(problemsOf(project(condition, target))).toEqual([
      expect.stringContaining(`services.web.depends_on.job.condition: ${expected}`),
    ]);
  });
});
