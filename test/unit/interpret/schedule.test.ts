/** Services on a schedule, as the file says it, and what of a service makes no sense on one. */
import { interpretAsWritten, problemsOf, projectOf, warningsOf, type Raw } from "../../support/interpret";
import type { ContainerService } from "../../../src/model/project";

const job = (schedule: unknown, more: Raw = {}): Raw => ({
  job: { image: "busybox", "x-schedule": schedule, ...more },
});

function read(schedule: unknown, more: Raw = {}): ContainerService {
  const [service] = projectOf(job(schedule, more)).services;
  if (service?.kind !== "container") throw new Error("no container");
  return service;
}

test("a text is cron, in UTC, and a run is left out while another goes on", () => {
  expect(read("0 3 * * *")).toMatchObject({
    lifecycle: "schedule",
    schedule: {
      asked: "0 3 * * *",
      expressions: ["cron(0 3 * * ? *)"],
      timezone: "UTC",
      overlap: "skip",
    },
  });
  expect(read("0 3 * * *").schedule).not.toHaveProperty("timeout");
  expect(read("0 3 * * *")).not.toHaveProperty("retries");
});

test("a map says the rest", () => {
  const long = { cron: "@daily", timezone: "europe/berlin", overlap: "allow", timeout: "1h30m", retries: 3 };
  expect(read(long)).toMatchObject({
    retries: 3,
    schedule: {
      expressions: ["cron(0 0 * * ? *)"],
      timezone: "Europe/Berlin",
      overlap: "allow",
      timeout: 5400,
    },
  });
});

test.each([
  [{ every: "1m" }, "rate(1 minute)"],
  [{ every: "90m" }, "rate(90 minutes)"],
  [{ every: "2h" }, "rate(2 hours)"],
  [{ every: "24h" }, "rate(1 day)"],
  [{ every: "7d" }, "rate(7 days)"],
  ["@every 1h30m", "rate(90 minutes)"],
])("%j is %s", (schedule, expected) => {
  expect(read(schedule).schedule?.expressions).toEqual([expected]);
});

test.each([
  [{}, "x-schedule: nothing says when it runs"],
  [{ cron: "@daily", every: "1h" }, "x-schedule.every: cron and every both"],
  [{ every: "30s" }, "x-schedule.every: every 30s: a schedule is exact to the minute"],
  [{ every: "often" }, 'x-schedule.every: "often" is no duration'],
  [{ every: "0m" }, "x-schedule.every: every 0m"],
  [{ cron: "61 * * * *" }, 'x-schedule.cron: "61": "61" is no minute'],
  ["61 * * * *", 'x-schedule: "61": "61" is no minute'],
  [["@daily"], "x-schedule: a list is no schedule"],
  [{ cron: "@daily", timezone: "Berlin" }, 'x-schedule.timezone: "Berlin" is no time zone'],
  [{ cron: "@daily", timezone: "+02:00" }, 'x-schedule.timezone: "+02:00" is no time zone'],
  [{ cron: "@daily", overlap: "queue" }, 'x-schedule.overlap: "queue"'],
  [{ cron: "@daily", timeout: "10s" }, 'x-schedule.timeout: "10s" is no time limit'],
  [{ cron: "@daily", retries: -1 }, "x-schedule.retries: -1 is out of range"],
  [{ cron: "@daily", retry: 1 }, "x-schedule.retry: unknown "],
])("%j is refused: %s", (schedule, message) => {
  expect(problemsOf(job(schedule))).toContainEqual(expect.stringContaining(`services.job.${message}`));
});

test("every problem is told at once", () => {
  expect(
    problemsOf(job({ every: "1s", timezone: "Mars", overlap: 1, timeout: "x", retries: "many" })),
  ).toHaveLength(5);
});

test("false is no schedule", () => {
  expect(read(false, { restart: "always" })).toMatchObject({ lifecycle: "service" });
  expect(read(false)).not.toHaveProperty("schedule");
});

test("restart: on-failure says how often it is tried again, unless the schedule does", () => {
  expect(read("@daily", { restart: "on-failure:4" }).retries).toBe(4);
  expect(read({ cron: "@daily", retries: 1 }, { restart: "on-failure:4" }).retries).toBe(1);
  expect(read({ cron: "@daily", retries: 0 }, { restart: "on-failure:4" }).retries).toBeUndefined();
  expect(warningsOf(job("@daily", { restart: "always" }))).toEqual([
    expect.stringContaining("services.job.restart: its schedule alone starts it again"),
  ]);
});

test("it is neither a server nor a one-off task, whatever else looks like one", () => {
  const ported = job("@daily", { ports: [{ target: 80, published: "8080" }], container_name: "cron" });
  expect(projectOf(ported).services).toMatchObject([{ lifecycle: "schedule", ports: [] }]);
  expect(warningsOf(ported)).toEqual([
    expect.stringContaining("services.job.ports: it runs on a schedule, so nobody reaches it"),
    expect.stringContaining("services.job.container_name: nobody reaches a service on a schedule"),
  ]);
  const worded = interpretAsWritten({ migrate: { image: "app", "x-schedule": "@daily" } });
  expect(worded).toMatchObject({
    ok: true,
    project: { services: [{ lifecycle: "schedule" }], warnings: [] },
  });
});

test("replicas: none pauses it, more than one is refused", () => {
  expect(read("@daily", { deploy: { replicas: 0 } }).replicas).toBe(0);
  expect(problemsOf(job("@daily", { deploy: { replicas: 2 } }))).toEqual([
    "services.job.deploy.replicas: 2: one task runs at each time (remove it; 0 pauses the schedule)",
  ]);
  expect(problemsOf(job("@daily", { "x-autoscaling": true }))).toHaveLength(1);
  expect(problemsOf(job("@daily", { gpus: [{ count: 1, capabilities: ["gpu"] }] }))).toEqual([
    expect.stringContaining("a service on a schedule gets no GPU"),
  ]);
});

test.each(["service_started", "service_healthy", "service_completed_successfully"])(
  "nothing waits for it: %s",
  (condition) => {
    const web = { image: "nginx", depends_on: { job: { condition, required: true } } };
    expect(problemsOf({ web, ...job("@daily") })).toEqual([
      'services.web.depends_on.job: service "job" runs on a schedule: a deployment neither starts it nor waits for its end (remove the dependency; what has to run before every deployment is a service of its own without x-schedule)',
    ]);
    const optional = { image: "nginx", depends_on: { job: { condition, required: false } } };
    const project = projectOf({ web: optional, ...job("@daily") });
    expect(project.services.find(({ name }) => name === "web")?.dependsOn).toEqual([]);
    expect(project.warnings.map(({ path }) => path)).toEqual(["services.web.depends_on.job"]);
  },
);

describe("jobs that are scheduled by other means", () => {
  const app = (more: Raw): Raw => ({ app: { image: "nginx", restart: "always", ...more } });

  test.each(["job-exec", "job-run", "job-local"])("ofelia's labels: %s", (kind) => {
    const labels = {
      "ofelia.enabled": "true",
      [`ofelia.${kind}.backup.schedule`]: "@every 1h",
      [`ofelia.${kind}.backup.command`]: "backup --all",
    };
    expect(warningsOf(app({ labels }))).toEqual([
      `services.app.labels: ofelia.${kind}.backup: nothing on AWS reads such labels; write a service with the same image, command: "backup --all" and x-schedule: "@every 1h" (docs/schedules.md)`,
    ]);
  });

  test("deck-chores' labels", () => {
    const labels = { "deck-chores.dump.command": "dump", "deck-chores.dump.interval": "daily" };
    expect(warningsOf(app({ labels }))).toEqual([expect.stringContaining('command: "dump"')]);
  });

  test.each([
    [{ image: "acme/cron:1" }],
    [{ image: "ghcr.io/acme/app-crontab" }],
    [{ command: ["crond", "-f"] }],
    [{ command: ["supercronic", "/etc/crontab"] }],
    [{ entrypoint: ["/usr/sbin/cron", "-f"] }],
  ])("%j waits in a task that is paid all day", (more) => {
    expect(warningsOf(app(more))).toEqual([expect.stringContaining('x-schedule: "0 3 * * *"')]);
  });

  test.each([
    [{ image: "acme/micronaut" }],
    [{ command: ["./acrond.sh"] }],
    [{ command: ["app", "--cronology"] }],
  ])("%j is none of them", (more) => {
    expect(warningsOf(app(more))).toEqual([]);
  });

  test("a program that needs the Docker daemon for its jobs", () => {
    const volumes = [{ type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" }];
    expect(problemsOf({ ofelia: { image: "mcuadros/ofelia:latest", volumes } })).toEqual([
      expect.stringContaining("x-schedule"),
    ]);
  });
});
