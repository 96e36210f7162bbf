/** Tasks of a service that outlast a deployment: the emulator answers such calls with nothing. */
import type { ListTasksCommandInput, UpdateTaskProtectionCommandInput } from "@aws-sdk/client-ecs";
import type { AwsClients } from "../../../../src/aws/clients";
import { FargateServices } from "../../../../src/aws/estate/services";

const placement = {
  service: "web",
  clusterArn: "cluster",
  serviceName: "shop-dev-web",
  taskDefinitionArn: "web:1",
  logGroupName: "logs",
};

/** An ECS with so many running tasks, in pages of 20; what it is asked to protect is written down. */
function ecsOf(count: number) {
  const tasks = Array.from({ length: count }, (_, index) => `task-${index}`);
  const asked: UpdateTaskProtectionCommandInput[] = [];
  const ecs = {
    listTasks: ({ nextToken = "0" }: ListTasksCommandInput) => {
      const end = Number(nextToken) + 20;
      const more = end < count ? { nextToken: String(end) } : {};
      return Promise.resolve({ taskArns: tasks.slice(Number(nextToken), end), ...more });
    },
    updateTaskProtection: (input: UpdateTaskProtectionCommandInput) => {
      asked.push(input);
      return Promise.resolve({});
    },
  };
  const clients = { ecs: () => Promise.resolve(ecs) } as unknown as AwsClients;
  return { control: new FargateServices(clients), asked, tasks };
}

test("every running task is protected, ten in a call, for as long as ECS takes", async () => {
  const { control, asked, tasks } = ecsOf(25);
  await control.protect(placement, true);
  expect(asked.map((input) => input.tasks?.length)).toEqual([10, 10, 5]);
  expect(asked.flatMap((input) => input.tasks ?? [])).toEqual(tasks);
  for (const input of asked)
    expect(input).toMatchObject({ cluster: "cluster", protectionEnabled: true, expiresInMinutes: 2_880 });
});

test("and none of them any more", async () => {
  const { control, asked } = ecsOf(1);
  await control.protect(placement, false);
  expect(asked).toEqual([{ cluster: "cluster", tasks: ["task-0"], protectionEnabled: false }]);
});

test("where none runs, nothing is asked", async () => {
  const { control, asked } = ecsOf(0);
  await control.protect(placement, true);
  expect(asked).toEqual([]);
});
