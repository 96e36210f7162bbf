/** Why a task stopped, from ECS and from its events. */
import { lastStops, serviceOfFamily, stopOfEvent } from "../../../../src/launcher/status/stops";
import type { TaskView } from "../../../../src/ports";
import { LogBook } from "../../../support/log-book";

const logGroupName = "/aws/events/berth/shop/dev/ecs";
const now = Date.UTC(2026, 10, 25, 12, 0, 0);

/** As EventBridge delivers it (ECS Developer Guide, Amazon ECS task state change events), what Berth reads of it. */
function event(own: object = {}, status = "STOPPED"): string {
  return JSON.stringify({
    version: "0",
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    time: "2026-11-25T09:00:05Z",
    detail: {
      clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/shop-dev-cluster",
      taskArn: "arn:aws:ecs:us-east-1:123456789012:task/shop-dev-cluster/0123456789abcdef",
      taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev-web:7",
      group: "service:shop-dev-web",
      lastStatus: status,
      stoppedAt: "2026-11-25T09:00:04.123Z",
      stoppedReason: "Essential container in task exited",
      stopCode: "EssentialContainerExited",
      containers: [
        { name: "web-files", exitCode: 0 },
        { name: "web", image: "nginx:1", exitCode: 137, reason: "OutOfMemoryError: Container killed" },
      ],
      ...own,
    },
  });
}

function stopped(own: Partial<TaskView> = {}): TaskView {
  return {
    arn: "arn:aws:ecs:us-east-1:123456789012:task/c/aaaa",
    id: "aaaa",
    family: "shop-dev-web",
    taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev-web:7",
    group: "service:shop-dev-web",
    status: "STOPPED",
    health: "UNKNOWN",
    containers: [{ name: "web", exitCode: 3, execReady: false }],
    stopped: "2026-11-25T11:30:00.000Z",
    stoppedReason: "Essential container in task exited",
    ...own,
  };
}

test("an event gives the task, and the container that failed", () => {
  expect(stopOfEvent(event())).toEqual({
    task: "0123456789abcdef",
    group: "service:shop-dev-web",
    family: "shop-dev-web",
    containers: ["web-files", "web"],
    time: "2026-11-25T09:00:04.123Z",
    reason: "Essential container in task exited: OutOfMemoryError: Container killed",
    exitCode: 137,
    image: "nginx:1",
  });
});

test.each([
  event({}, "RUNNING"),
  "no JSON",
  "{}",
  JSON.stringify({ detail: { eventName: "SERVICE_DEPLOYMENT_FAILED" } }),
])("%# tells of no stop", (message) => {
  expect(stopOfEvent(message)).toBeUndefined();
});

test("the log group is asked only for what ECS has forgotten, and the last stop counts", async () => {
  const logs = new LogBook();
  logs.write(logGroupName, "a", now - 3 * 3_600_000, event());
  logs.write(logGroupName, "a", now - 4 * 3_600_000, event({ stoppedAt: "2026-11-25T08:00:00Z" }));
  logs.write(logGroupName, "a", now - 3_600_000, event({ group: "service:shop-dev-api" }, "RUNNING"));
  const places = { logs, logGroupName, now };
  const known = await lastStops([stopped()], ["service:shop-dev-web"], places);
  expect(logs.queries).toEqual([]);
  expect(known.get("service:shop-dev-web")).toMatchObject({ task: "aaaa", exitCode: 3 });
  logs.failures.length = 0;
  const forgotten = await lastStops([], ["service:shop-dev-web"], { ...places, logs: unfiltered(logs) });
  expect(forgotten.get("service:shop-dev-web")?.time).toBe("2026-11-25T09:00:04.123Z");
  expect(logs.queries).toEqual([{ logGroupName, since: now - 24 * 3_600_000 }]);
});

/** The book knows no patterns for JSON. */
function unfiltered(book: LogBook): LogBook {
  const pages = book.pages.bind(book);
  book.pages = ({ filter: _filter, ...query }) => pages(query);
  return book;
}

test("a one-off task's service is found by the name of its container", () => {
  const identity = { project: "my-shop", stack: "dev" };
  const family = "my-shop-dev-migrate-";
  expect(serviceOfFamily(identity, { family, containers: ["migrate"] })).toBeUndefined();
  expect(
    serviceOfFamily(
      { project: "shop", stack: "dev" },
      { family: "shop-dev-migrate", containers: ["x", "migrate"] },
    ),
  ).toBe("migrate");
});
