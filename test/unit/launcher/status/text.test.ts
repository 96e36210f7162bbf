import type { ScheduleRun } from "../../../../src/ports";
import type { ServiceStatus } from "../../../../src/launcher/status/status";
import { stateOf, statusText } from "../../../../src/launcher/status/text";
import { ago, cut, span } from "../../../../src/launcher/core/words";
import { shortImage } from "../../../../src/report/terminal/images";

const now = Date.UTC(2026, 10, 25, 12, 0, 0);
const before = (seconds: number): string => new Date(now - seconds * 1_000).toISOString();
const digest = "1f3a9c04b2c1".padEnd(64, "0");

function service(own: Partial<ServiceStatus> = {}): ServiceStatus {
  return {
    service: "web",
    kind: "service",
    desired: 1,
    running: 1,
    pending: 0,
    healthy: 1,
    unhealthy: 0,
    ports: [{ port: 8080, protocol: "tcp" }],
    execEnabled: true,
    image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/todo/kaniko-build:${digest}`,
    started: before(7_500),
    deployment: { state: "COMPLETED", failedTasks: 0, created: before(7_600) },
    ...own,
  };
}

const crash = {
  task: "0123456789abcdef",
  time: before(65),
  reason: "Essential container in task exited",
  exitCode: 1,
};
const failing = { state: "IN_PROGRESS", failedTasks: 3, created: before(600) };

test.each<[string, Partial<ServiceStatus>]>([
  ["Up 2 hours (healthy)", {}],
  ["Up 2 hours", { healthy: 0 }],
  ["Up 2 hours (unhealthy)", { healthy: 0, unhealthy: 1 }],
  ["Up 2 hours (1 of 3 unhealthy)", { running: 3, desired: 3, healthy: 2, unhealthy: 1 }],
  ["Up 2 hours (1 of 2 healthy)", { running: 2, desired: 2, healthy: 1 }],
  ["Up 2 hours (deploying)", { deployment: failing }],
  ["Up 2 hours (deployment failed)", { deployment: { ...failing, state: "FAILED" } }],
  ["Deployment failed", { running: 0, deployment: { ...failing, state: "FAILED" } }],
  ["Stopped", { desired: 0, running: 0 }],
  ["Starting", { running: 0, pending: 1 }],
  ["Waiting for a task", { running: 0 }],
  ["Restarting (1) 65 seconds ago", { running: 0, pending: 1, lastStop: crash }],
  ["Exited (1) 65 seconds ago", { kind: "task", desired: 0, running: 0, lastStop: crash }],
  ["Up 2 hours", { kind: "task", desired: 0, healthy: 0 }],
])("%s", (words, own) => {
  expect(stateOf(service(own), now)).toBe(words);
});

const shop = [
  service({ lastEvent: { time: before(120), message: "has reached a steady state." } }),
  service({
    service: "worker",
    running: 0,
    pending: 1,
    ports: [],
    deployment: { ...failing, reason: "ECS deployment ecs-svc/123 in progress." },
    lastStop: crash,
    lastEvent: { time: before(30), message: "has started 1 tasks: (task fedcba9876543210)." },
  }),
];

test("a table in Docker's words, and below it what happened last", () => {
  const text = statusText(shop, { columns: 120, now, paint: (_style, line) => line });
  expect(text).toBe(`SERVICE  IMAGE                           TASKS  STATUS                         AGE  PORTS
web      todo/kaniko-build:1f3a9c04b2c1  1/1    Up 2 hours (healthy)           2h   8080/tcp
worker   todo/kaniko-build:1f3a9c04b2c1  0/1    Restarting (1) 65 seconds ago  10m

SERVICE  WHEN     LAST EVENT
web      2m ago   has reached a steady state.
worker   30s ago  has started 1 tasks: (task fedcba9876543210).
worker            ECS deployment ecs-svc/123 in progress.
worker   65s ago  task 01234567 stopped, exit code 1: Essential container in task exited
`);
});

test("fits into 80 columns", () => {
  const text = statusText(shop, { columns: 80, now, paint: (_style, line) => line });
  const lines = text.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain("todo/kaniko-build…");
});

test("what is wrong stands out", () => {
  const painted: string[] = [];
  statusText(shop, {
    columns: 120,
    now,
    paint: (style, line) => {
      painted.push(`${style} ${line.slice(0, 6)}`);
      return line;
    },
  });
  expect(painted).toEqual(["red worker"]);
});

test.each([
  [0, "less than a second"],
  [1, "1 second"],
  [119, "119 seconds"],
  [120, "2 minutes"],
  [7_199, "119 minutes"],
  [86_400 * 3, "3 days"],
  [86_400 * 15, "2 weeks"],
  [-5, "less than a second"],
])("%i seconds are %s", (seconds, words) => {
  expect(span(seconds * 1_000)).toBe(words);
  expect(ago(before(seconds), now)).toBe(`${words} ago`);
});

test.each([
  ["nginx:1.27", "nginx:1.27"],
  [`123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:${digest}`, "a/b:1f3a9c04b2c1"],
  [`nginx@sha256:${digest}`, "nginx@sha256:1f3a9c04b2c1"],
])("%s is shown as %s", (image, shown) => {
  expect(shortImage(image)).toBe(shown);
});

test("what is too long is cut", () => {
  expect([cut("abc", 3), cut("abcd", 3)]).toEqual(["abc", "ab…"]);
});

describe("a service on a schedule", () => {
  const schedule = {
    expressions: ["cron(0 3 * * ? *)"],
    timezone: "UTC",
    enabled: true,
    next: new Date(now + 21 * 3_600_000).toISOString(),
  };
  const last = (own: Partial<ScheduleRun> = {}): ScheduleRun => ({
    started: before(10_900),
    ended: before(10_800),
    outcome: "succeeded",
    exitCode: 0,
    ...own,
  });
  const job = (own: Partial<ServiceStatus> = {}): ServiceStatus => {
    const { deployment: _, started: __, ...rest } = service({ ports: [], healthy: 0, execEnabled: false });
    return { ...rest, service: "report", kind: "schedule", desired: 0, running: 0, schedule, ...own };
  };
  const failed = last({ outcome: "failed", exitCode: 3, reason: "Essential container in task exited" });

  test.each<[string, Partial<ServiceStatus>]>([
    ["Not run yet, next in 21 hours", {}],
    ["Exited (0) 3 hours ago, next in 21 hours", { schedule: { ...schedule, last: last() } }],
    ["Exited (3) 3 hours ago, next in 21 hours", { schedule: { ...schedule, last: failed } }],
    [
      "Timed out 3 hours ago, next in 21 hours",
      {
        schedule: { ...schedule, last: { started: before(9), ended: before(10_800), outcome: "timed out" } },
      },
    ],
    ["Up 2 minutes, next in 21 hours", { running: 1, started: before(120) }],
    ["Starting, next in 21 hours", { pending: 1 }],
    ["Exited (1) 65 seconds ago, next in 21 hours", { lastStop: crash }],
    ["Paused", { schedule: { expressions: [], timezone: "UTC", enabled: false } }],
    [
      "Exited (0) 3 hours ago, paused",
      { schedule: { expressions: [], timezone: "UTC", enabled: false, last: last() } },
    ],
  ])("%s", (words, own) => {
    expect(stateOf(job(own), now)).toBe(words);
  });

  test("a run that failed, and one that was left out, are told below the table", () => {
    const statuses = [
      job({ schedule: { ...schedule, last: failed } }),
      job({ service: "sync", schedule: { ...schedule, last: last(), skipped: before(60) } }),
    ];
    const text = statusText(statuses, { columns: 200, now, paint: (style, line) => `${style}:${line}` });
    expect(text).toMatch(/^yellow:report +todo/m);
    expect(text).toMatch(/^sync +todo/m);
    expect(text).toMatch(/^report +3h ago +run failed, exit code 3: Essential container in task exited$/m);
    expect(text).toMatch(/^sync +\S+ ago +left out: an earlier run went on/m);
  });
});
