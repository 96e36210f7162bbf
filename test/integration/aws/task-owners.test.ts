/** Runs that are tasks of an emulated ECS: seen while they live, known to be gone afterwards, and stopped. */
import type { AwsClients } from "../../../src/aws/clients";
import { EcsTaskOwners } from "../../../src/aws/tasks/task-owners";
import { region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

let emulator: Emulator;
let clients: AwsClients;
let owners: EcsTaskOwners;

beforeAll(async () => {
  const sleeper = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
  emulator = await startEmulator({ programs: { sleeper } });
  clients = clientsOf(emulator);
  owners = new EcsTaskOwners(clients);
  const ecs = await clients.ecs();
  await ecs.createCluster({ clusterName: "berth-cd" });
  await ecs.registerTaskDefinition({
    family: "berth-cd",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "cd", image: "sleeper", essential: true }],
  });
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

async function until(taskArn: string, wanted: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await owners.liveness(taskArn)) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${taskArn} never became ${wanted}`);
}

test("a task is alive until it has stopped, and gone from then on", async () => {
  const { tasks = [] } = await (
    await clients.ecs()
  ).runTask({
    cluster: "berth-cd",
    taskDefinition: "berth-cd",
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
  });
  const arn = tasks[0]?.taskArn ?? "";
  await until(arn, "alive");
  expect(await owners.end(arn)).toBe(true);
  await until(arn, "gone");
});

test("a task that ECS knows no more is gone", async () => {
  const arn = `arn:aws:ecs:${region}:123456789012:task/berth-cd/00000000000000000000000000000000`;
  expect(await owners.liveness(arn)).toBe("gone");
});

test("where ECS can't be asked, nothing is known, and the run can't be stopped", async () => {
  const arn = `arn:aws:ecs:${region}:123456789012:task/berth-cd/00000000000000000000000000000000`;
  const nowhere = new EcsTaskOwners(clientsOf({ ...emulator, url: "http://127.0.0.1:9" }));
  expect(await nowhere.liveness(arn)).toBe("unknown");
  expect(await nowhere.end(arn)).toBe(false);
  expect(await owners.liveness("arn:aws:ec2:us-east-1:1:instance/i-1")).toBe("unknown");
});
