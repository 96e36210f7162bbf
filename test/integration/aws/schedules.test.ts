/** Schedules of an emulated EventBridge Scheduler, and the revision of the task that they start. */
import { revisionOf } from "../../../src/aws/tasks/cd-task";
import { EventBridgeSchedules } from "../../../src/aws/account/schedules";
import { emulatedAccount } from "../../support/emulator/clients";

const stack = { project: "shop", stack: "dev" };
const aws = emulatedAccount();

test("a schedule's time is put off, and nothing else of it changes", async () => {
  const scheduler = await aws.clients.scheduler();
  const target = {
    Arn: "arn:aws:ecs:us-east-1:123456789012:cluster/berth-cd",
    RoleArn: "arn:aws:iam::123456789012:role/berth-cd-SchedulerRole",
    Input: '{"containerOverrides":[]}',
    EcsParameters: { TaskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/berth-cd:7" },
  };
  await scheduler.createSchedule({
    Name: "shop-dev-down",
    ScheduleExpression: "at(2026-01-03T00:00:00)",
    ScheduleExpressionTimezone: "UTC",
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: target,
  });
  const schedules = new EventBridgeSchedules(aws.clients);
  expect(await schedules.extend(stack, "shop-dev-down", "at(2026-01-03T02:00:00)")).toBe(true);
  expect(await scheduler.getSchedule({ Name: "shop-dev-down" })).toMatchObject({
    ScheduleExpression: "at(2026-01-03T02:00:00)",
    ScheduleExpressionTimezone: "UTC",
    ActionAfterCompletion: "DELETE",
    Target: target,
  });
});

test("a schedule that isn't there", async () => {
  const schedules = new EventBridgeSchedules(aws.clients);
  expect(await schedules.extend(stack, "nobody-dev-down", "at(2026-01-03T02:00:00)")).toBe(false);
});

test("the revision of a family is its newest, and a task's own the one it runs", async () => {
  const ecs = await aws.clients.ecs();
  const register = () =>
    ecs.registerTaskDefinition({
      family: "berth-cd",
      containerDefinitions: [{ name: "berth-cd", image: "none", essential: true }],
    });
  await register();
  await ecs.createCluster({ clusterName: "berth-cd" });
  const { tasks = [] } = await ecs.runTask({ cluster: "berth-cd", taskDefinition: "berth-cd:1" });
  await register();
  expect(await revisionOf(aws.clients, "berth-cd", undefined)).toMatch(/:task-definition\/berth-cd:2$/);
  expect(await revisionOf(aws.clients, "berth-cd", tasks[0]?.taskArn)).toMatch(
    /:task-definition\/berth-cd:1$/,
  );
  await expect(revisionOf(aws.clients, "nobody", undefined)).rejects.toThrow(/^BERTH_TASK_DEFINITION: /);
});
