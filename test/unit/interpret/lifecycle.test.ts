/** Services that run to their end, and what may wait for them. */
import fc from "fast-check";
import type { CanonicalProject } from "../../../src/compose";
import { interpretProject } from "../../../src/interpret";
import { interpretAsWritten, type Raw } from "../../support/interpret";

const policy = (condition: string): Raw => ({ deploy: { restart_policy: { condition } } });
const port = { target: 80, published: "80", mode: "ingress", protocol: "tcp" };
const check = { test: ["CMD", "true"] };

function projectOf(services: Raw) {
  const result = interpretAsWritten(services);
  if (!result.ok)
    throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return result.project;
}

function containerOf(services: Raw, name: string) {
  const service = projectOf(services).services.find((each) => each.name === name);
  if (service?.kind !== "container") throw new Error(`${name} is no container`);
  return service;
}

/** A service `app` alone. */
const alone = (keys: Raw) => containerOf({ app: { image: "x", ...keys } }, "app").lifecycle;

/** A service `app` that `web` waits for. */
function awaited(condition: string, keys: Raw): Raw {
  const web = { image: "w", restart: "always", depends_on: { app: { condition, required: true } } };
  return { web, app: { image: "x", ...keys } };
}

const warnings = (services: Raw) =>
  projectOf(services).warnings.map(({ path, message }) => `${path}: ${message}`);

function problems(services: Raw): readonly string[] {
  const result = interpretAsWritten(services);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("a container is", () => {
  test.each<["service" | "task", Raw]>([
    ["service", { restart: "always" }],
    ["service", { restart: "unless-stopped" }],
    ["service", { restart: "on-failure" }],
    ["service", { restart: "no", ports: [port] }],
    ["service", { restart: "no", expose: ["9000"] }],
    ["service", { restart: "no", healthcheck: check }],
    ["service", { ...policy("none"), ports: [port] }],
    ["service", { restart: "no", ...policy("any") }],
    ["service", { restart: "no", ...policy("on-failure") }],
    ["service", { restart: "no", ...policy("always") }],
    ["service", { restart: "no", ...policy("unless-stopped") }],
    ["service", { restart: "any" }],
    ["service", { deploy: { mode: "replicated" } }],
    ["service", {}],
    ["task", { restart: "no" }],
    ["task", { restart: false }],
    ["task", { restart: "no", ports: [] }],
    ["task", { restart: "no", healthcheck: { disable: true } }],
    ["task", { restart: "no", deploy: { replicas: 1 } }],
    ["task", policy("none")],
    ["task", policy("no")],
    ["task", { restart: "none" }],
    ["task", { restart: "always", ...policy("none") }],
    ["task", { deploy: { mode: "replicated-job" } }],
    ["task", { deploy: { mode: "global-job" } }],
    // What it does, where the policy is a default of an env example, or left out.
    ["service", { restart: "no", command: ["celery", "-A", "config", "worker"] }],
    ["service", { command: ["bundle", "exec", "sidekiq"] }],
    ["task", { restart: "no", command: ["yarn", "build"] }],
    ["task", { command: ["python", "manage.py", "migrate"] }],
    ["task", { command: ["sh", "-c", "mc mb create-buckets"] }],
  ])("a %s: %j", (lifecycle, keys) => {
    expect(alone(keys)).toBe(lifecycle);
  });

  test.each<["service" | "task", string, Raw]>([
    ["task", "service_completed_successfully", {}],
    ["task", "service_completed_successfully", { restart: "no" }],
    ["task", "service_completed_successfully", { restart: "on-failure:3" }],
    ["task", "service_completed_successfully", { expose: ["80"], ports: [port], healthcheck: check }],
    ["task", "service_completed_successfully", policy("on-failure")],
    ["service", "service_started", {}],
    ["service", "service_started", { restart: "no" }],
    ["service", "service_healthy", { restart: "no", healthcheck: check }],
    ["task", "service_started", { restart: "no", command: ["rails", "db:migrate"] }],
  ])("a %s that is waited for as %s: %j", (lifecycle, condition, keys) => {
    expect(containerOf(awaited(condition, keys), "app").lifecycle).toBe(lifecycle);
  });
});

test("what a dependent waits for decides, in whatever order and beside whatever else the file has", () => {
  const keys = fc.record(
    {
      restart: fc.constantFrom("no", "on-failure", "on-failure:2"),
      expose: fc.constant(["80"]),
      healthcheck: fc.constant(check),
      ports: fc.constant([port]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(keys, fc.boolean(), fc.constantFrom("app", "worker", "db"), (given, first, name) => {
      const job = { image: "x", ...given };
      const web = {
        image: "w",
        restart: "always",
        depends_on: { [name]: { condition: "service_completed_successfully", required: true } },
      };
      const services = first ? { [name]: job, web } : { web, [name]: job };
      const read = containerOf(services, name);
      expect(read.lifecycle).toBe("task");
      expect(read.ports).toEqual([]);
    }),
  );
});

test("a server is one whatever restart says", () => {
  const sign = fc.constantFrom<Raw>({ ports: [port] }, { expose: ["80"] }, { healthcheck: check });
  const restart = fc.constantFrom(undefined, "no", "on-failure", "always", "unless-stopped", false);
  fc.assert(
    fc.property(sign, restart, (keys, said) => {
      expect(alone(said === undefined ? keys : { ...keys, restart: said })).toBe("service");
    }),
  );
});

test.each<[Raw, number | undefined]>([
  [{}, undefined],
  [{ restart: "no" }, undefined],
  [{ restart: "on-failure" }, 5],
  [{ restart: "on-failure:3" }, 3],
  [{ deploy: { restart_policy: { condition: "on-failure", max_attempts: 2 } } }, 2],
])("a one-off task that failed is tried again as %j says", (keys, retries) => {
  expect(containerOf(awaited("service_completed_successfully", keys), "app").retries).toBe(retries);
});

test.each<[string, Raw, readonly string[]]>([
  ["said", { app: { image: "x", restart: "no" } }, []],
  [
    "published",
    { app: { image: "x", restart: "no", ports: [port] } },
    ["services.app.restart: others reach this"],
  ],
  [
    "a name",
    { app: { image: "x", restart: "no", container_name: "job" } },
    ["services.app.container_name: nobody"],
  ],
  ["nothing says it", { a: { image: "x" }, b: { image: "y" } }, ["services: a, b: restart is left out"]],
  ["a known server", { a: { image: "docker.io/library/redis:7" } }, []],
  ["its words", { seed: { image: "x" } }, ["services.seed.restart: left out, and its name or command"]],
  [
    "a worker",
    { worker: { image: "x", restart: "no" } },
    ["services.worker.restart: its name or command is a worker's"],
  ],
  [
    "a one-off task's port",
    awaited("service_completed_successfully", { ports: [port] }),
    ["services.app.ports: it is a"],
  ],
  [
    "a job mode",
    { app: { image: "x", deploy: { mode: "global-job" } } },
    ["services.app.deploy.mode: Fargate has no nodes: the task runs once"],
  ],
])("warns of what can't be known or means something else: %s", (_, services, expected) => {
  expect(warnings(services)).toEqual(expected.map((text) => expect.stringContaining(text) as string));
});

test.each<[Raw, string]>([
  [{ restart: "no", scale: 2 }, "services.app.scale: 2: a one-off task runs once"],
  [{ restart: "no", deploy: { replicas: 0 } }, "services.app.deploy.replicas: 0: a one-off task runs once"],
  [{ restart: "no", "x-autoscaling": { max: 3 } }, "services.app.x-autoscaling: a one-off task runs once"],
  [policy("constructor"), 'services.app.deploy.restart_policy.condition: unknown condition "constructor"'],
  [policy("sometimes"), 'services.app.deploy.restart_policy.condition: unknown condition "sometimes"'],
  [{ restart: "sometimes" }, 'services.app.restart: unknown policy "sometimes"'],
])("refuses %j", (keys, expected) => {
  expect(problems({ app: { image: "x", ...keys } })).toEqual([expect.stringContaining(expected)]);
});

describe("depends_on", () => {
  const postgres = { image: "postgres:16", "x-postgres": true, environment: { POSTGRES_PASSWORD: null } };

  test.each<[string, Raw, string]>([
    [
      "service_completed_successfully",
      { restart: "always" },
      'service "app" never completes: AWS keeps it running',
    ],
    ["service_completed_successfully", postgres, 'service "app" never completes: AWS keeps it running'],
    [
      "service_healthy",
      { deploy: { mode: "replicated-job" } },
      'service "app" is a one-off task, which is never',
    ],
  ])("%s of %j is an error", (condition, target, expected) => {
    expect(problems(awaited(condition, target))).toEqual([
      expect.stringContaining(`services.web.depends_on.app.condition: ${expected}`),
    ]);
  });
});

describe("on-failure of a program that ends by its name or command", () => {
  const init = { image: "x", command: ["shop-init"], restart: "on-failure" };

  test.each<[Raw]>([[init], [{ image: "x", command: ["shop-init"], ...policy("on-failure") }]])(
    "%j is a one-off task, tried again where it fails",
    (keys) => {
      expect(containerOf({ app: keys }, "app")).toMatchObject({ lifecycle: "task", retries: 5 });
    },
  );

  test("says so, and what makes it a service", () => {
    expect(warnings({ app: init })).toContainEqual(
      expect.stringMatching(
        /^services\.app\.restart: its name or command .* restart: unless-stopped makes it/,
      ),
    );
  });

  test("stays the server that ECS runs already; a task stays a task", () => {
    const deployed = (runs: boolean) =>
      new Map([["app", { published: () => new Set<number>(), imageDefaults: true, runs }]]);
    const of = (runs: boolean): unknown => {
      const canonical = { name: "demo", services: { app: init } } as unknown as CanonicalProject;
      const loaded = { canonical, extensions: new Map<string, never>(), locate: () => undefined };
      const result = interpretProject(loaded, [], undefined, { deployed: deployed(runs) });
      return result.ok
        ? result.project.services.map((each) => each.kind === "container" && each.lifecycle)
        : [];
    };
    expect([of(true), of(false)]).toEqual([["service"], ["task"]]);
  });

  test("a server whose command only speaks of one is none", () => {
    expect(alone({ command: ["worker", "--init"], restart: "on-failure" })).toBe("service");
  });
});
