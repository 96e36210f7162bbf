import { projectProgram } from "../../../../stacks/project";
import type { ContainerService } from "../../../../src/model/project";
import { modeSettings, type ModeName } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, programArgs, projectOf } from "../../../support/projects";

const boundary = "arn:aws:iam::123456789012:policy/berth-boundary";
const providerName = "gpu-todo-dev-g4dn-xlarge";

async function deployed(
  own: Partial<ContainerService> = {},
  mode: ModeName = "affordable",
): Promise<Recording> {
  const services = [containerOf({ name: "llm", gpus: 1, ...own }), containerOf({ name: "web" })];
  const args = { mode: modeSettings(mode), permissionsBoundaryArn: boundary };
  return record(projectProgram(programArgs(projectOf(services), args)));
}

function service(recording: Recording, name: string): Readonly<Record<string, unknown>> {
  return recording.find("aws:ecs/service:Service", name).inputs;
}

test("a task with a GPU asks for an instance's share, not for a Fargate size", async () => {
  const { inputs } = (await deployed()).find("aws:ecs/taskDefinition:TaskDefinition", "llm");
  expect(inputs).toMatchObject({
    requiresCompatibilities: ["EC2"],
    networkMode: "awsvpc",
    cpu: "4096",
    memory: "14745",
  });
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as Record<string, unknown>[];
  expect(container?.["resourceRequirements"]).toEqual([{ type: "GPU", value: "1" }]);
});

test.each([
  [[256], 14745 - 256],
  [[4096, 9000], 8192],
])("its folders in memory of %j MiB are counted besides: the task takes %i", async (sizes, memory) => {
  const tmpfs = sizes.map((size, index) => ({ path: `/m${index}`, size, options: [] }));
  const { inputs } = (await deployed({ tmpfs, size: { cpu: 1024, memory: 8192 } })).find(
    "aws:ecs/taskDefinition:TaskDefinition",
    "llm",
  );
  expect(inputs["memory"]).toBe(String(memory));
});

test("its service is placed on the instances, the other one on Fargate", async () => {
  const recording = await deployed();
  expect(service(recording, "llm")["capacityProviderStrategies"]).toEqual([
    { capacityProvider: providerName, weight: 1 },
  ]);
  expect(JSON.stringify(service(recording, "web")["capacityProviderStrategies"])).not.toContain("gpu");
  const { inputs } = recording.find(
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "cluster-capacity-providers",
  );
  expect(inputs["capacityProviders"]).toEqual(["FARGATE", "FARGATE_SPOT", providerName]);
});

test.each<[ModeName, Partial<ContainerService>, [number, number]]>([
  ["affordable", {}, [0, 100]],
  ["affordable", { replicas: 2 }, [50, 200]],
  ["balanced", {}, [100, 200]],
])("%s %j: a deployment keeps %j percent", async (mode, own, expected) => {
  const inputs = service(await deployed(own, mode), "llm");
  expect([inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]]).toEqual(expected);
});

test("instances come when a task waits, go when ECS says so, and stand in private subnets", async () => {
  const recording = await deployed();
  const { inputs: group } = recording.find("aws:autoscaling/group:Group", "gpu-g4dn-xlarge");
  expect(group).toMatchObject({ minSize: 0, maxSize: 2, protectFromScaleIn: true, forceDelete: true });
  expect(group).not.toHaveProperty("desiredCapacity");
  const { inputs: provider } = recording.find("aws:ecs/capacityProvider:CapacityProvider", "gpu-g4dn-xlarge");
  expect(provider["autoScalingGroupProvider"]).toMatchObject({
    managedScaling: { status: "ENABLED", targetCapacity: 100 },
    managedTerminationProtection: "ENABLED",
    managedDraining: "ENABLED",
  });
  expect(service(recording, "llm")["networkConfiguration"]).toMatchObject({ assignPublicIp: false });
});

test("an instance's own credentials are out of a task's reach, its disk is encrypted", async () => {
  const { inputs } = (await deployed()).find("aws:ec2/launchTemplate:LaunchTemplate", "gpu-g4dn-xlarge");
  expect(inputs).toMatchObject({
    instanceType: "g4dn.xlarge",
    metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [{ ebs: { encrypted: "true" } }],
  });
  const script = Buffer.from(String(inputs["userData"]), "base64").toString();
  expect(script).toContain("ECS_CLUSTER=todo-dev-cluster\n");
  expect(script).toContain("ECS_AWSVPC_BLOCK_IMDS=true\n");
});

test("the agent's role is for this cluster alone, within the boundary", async () => {
  const recording = await deployed();
  const { inputs: role } = recording.find("aws:iam/role:Role", "ecs-agent-profile");
  expect(role["permissionsBoundary"]).toBe(boundary);
  const { inputs } = recording.find("aws:iam/rolePolicy:RolePolicy", "ecs-agent-profile");
  const { Statement } = JSON.parse(inputs["policy"] as string) as { Statement: { Resource: string }[] };
  expect(Statement.map(({ Resource }) => Resource)).toEqual([
    "*",
    "arn:aws:ecs:us-east-1:123456789012:cluster/todo-dev-cluster",
    "arn:aws:ecs:us-east-1:123456789012:container-instance/todo-dev-cluster/*",
  ]);
  expect(recording.find("aws:iam/instanceProfile:InstanceProfile", "ecs-agent-profile").inputs["path"]).toBe(
    "/berth/",
  );
});

test("nothing of it is there where nobody asks for a GPU", async () => {
  const recording = await record(projectProgram(programArgs(projectOf([containerOf()]))));
  expect(JSON.stringify(recording.resources.map(({ name }) => name))).not.toMatch(/gpu|ecs-agent/);
});
