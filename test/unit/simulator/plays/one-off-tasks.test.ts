import { OneOffRunner } from "../../../../src/tasks/one-offs";
import { scaledClock, systemClock } from "../../../../src/wiring/clock";
import type { OneOffRequest } from "../../../../src/ports";
import { SimulatedOneOffTasks } from "../../../../src/simulator/plays/one-off-tasks";
import type { SimulatedTasksOptions } from "../../../../src/simulator/plays/tasks";
import { seededWorld } from "../../../support/simulated-world";

async function tasksOf(options: Partial<SimulatedTasksOptions> = {}) {
  const { aws } = await seededWorld();
  const [cluster] = aws.all("aws:ecs/cluster:Cluster");
  const [definition] = aws.all("aws:ecs/taskDefinition:TaskDefinition");
  const request: OneOffRequest = {
    service: "migrate",
    required: true,
    clusterArn: String(cluster?.outputs["arn"]),
    taskDefinitionArn: String(definition?.outputs["arn"]),
    subnetIds: [],
    securityGroupIds: [],
    logGroupName: "logs",
  };
  const tasks = new SimulatedOneOffTasks({ clouds: () => [aws], clock: systemClock, ...options });
  return { request, tasks, runner: new OneOffRunner({ tasks, clock: scaledClock(0) }) };
}

test("a task ends with 0", async () => {
  const { request, tasks, runner } = await tasksOf();
  const arn = (await runner.start(request)) ?? "";
  expect(arn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task\/main\/[0-9a-f]{32}$/);
  await runner.completed(arn);
  expect(await tasks.describe(request, arn)).toMatchObject({ status: "STOPPED", exitCode: 0 });
});

test("a scripted failure ends with its code and its log", async () => {
  const { request, runner } = await tasksOf({
    failures: { migrate: { exitCode: 2, log: ["relation exists"], stoppedReason: "gone" } },
  });
  await expect(runner.completed(await runner.start(request))).rejects.toThrow(/exit code 2: gone/);
  expect(runner.failures()).toMatchObject([{ service: "migrate", logTail: ["relation exists"] }]);
});

test.each([
  ["clusterArn", "arn:aws:ecs:us-east-1:123456789012:cluster/none", /Cluster not found/],
  [
    "taskDefinitionArn",
    "arn:aws:ecs:us-east-1:123456789012:task-definition/none:1",
    /TaskDefinition not found/,
  ],
])("AWS refuses a %s that isn't there", async (key, value, expected) => {
  const { request, tasks } = await tasksOf();
  await expect(tasks.run({ ...request, [key]: value })).rejects.toThrow(expected);
});
