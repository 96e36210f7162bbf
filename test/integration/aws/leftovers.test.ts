/** What an emulated AWS holds on to when a stack goes. */
import type { ECS } from "@aws-sdk/client-ecs";
import { AwsLeftovers } from "../../../src/aws/estate/leftovers";
import { emulatedAccount } from "../../support/emulator/clients";

const lasting = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
const aws = emulatedAccount({ programs: { lasting } });

/** Task to the status that ECS works towards. */
async function wanted(ecs: ECS, tasks: string[]): Promise<Record<string, string | undefined>> {
  const described = await ecs.describeTasks({ cluster: "shop", tasks });
  return Object.fromEntries(
    (described.tasks ?? []).map(({ taskArn = "", desiredStatus }) => [taskArn, desiredStatus]),
  );
}

test("tasks that no service keeps are told to stop", async () => {
  const ecs = await aws.clients.ecs();
  await ecs.createCluster({ clusterName: "shop" });
  await ecs.registerTaskDefinition({
    family: "shop",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "app", image: "lasting", essential: true }],
  });
  const network = { awsvpcConfiguration: { subnets: ["subnet-0123456789abcdef0"] } };
  const start = async (group: string): Promise<string> => {
    const { tasks = [] } = await ecs.runTask({
      cluster: "shop",
      taskDefinition: "shop",
      group,
      networkConfiguration: network,
    });
    return tasks[0]?.taskArn ?? "";
  };
  const [migration, kept] = [await start("family:shop"), await start("service:web")];
  expect(await new AwsLeftovers(aws.clients).stopTasks("shop")).toBe(1);
  expect(await wanted(ecs, [migration, kept])).toEqual({ [migration]: "STOPPED", [kept]: "RUNNING" });
});

test("a stack without security groups has no interfaces", async () => {
  const stack = { project: "shop", stack: "dev" };
  expect(await new AwsLeftovers(aws.clients).deleteInterfaces(stack)).toEqual([]);
});
