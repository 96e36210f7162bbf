/** Image builds as tasks of an emulated ECS: each runs a process that plays the executor and pushes to ECR. */
import { KanikoImageBuilder } from "../../../src/app/builds";
import { FargateBuildTasks } from "../../../src/aws/build-tasks";
import type { AwsClients } from "../../../src/aws/clients";
import { BerthError } from "../../../src/errors";
import type { BuildProgress, Clock, ImageBuildRequest } from "../../../src/ports";
import { systemClock } from "../../../src/clock";
import { kanikoImage, region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

const repositoryName = "shop/kaniko-build";
const logGroupName = "/shop/builds";
/** Polls a hundred times as often as in an account. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 100, signal),
};

let emulator: Emulator;
let clients: AwsClients;
let wanted: ImageBuildRequest;

/** A definition of a build task as the program declares it. @returns its ARN */
async function defineTask(family: string, image: string): Promise<string> {
  const ecs = await clients.ecs();
  const options = {
    "awslogs-group": logGroupName,
    "awslogs-region": region,
    "awslogs-stream-prefix": "build",
  };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "2048",
    memory: "8192",
    containerDefinitions: [
      { name: "kaniko", image, essential: true, logConfiguration: { logDriver: "awslogs", options } },
    ],
  });
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function createRepository(name: string): Promise<string> {
  const ecr = await clients.ecr();
  const { repository } = await ecr.createRepository({
    repositoryName: name,
    imageTagMutability: "IMMUTABLE",
  });
  return repository?.repositoryUri ?? "";
}

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  const { cluster } = await (await clients.ecs()).createCluster({ clusterName: "shop" });
  await (await clients.logs()).createLogGroup({ logGroupName });
  wanted = {
    service: "api",
    architecture: "X86_64",
    digest: "unset",
    context: "api",
    dockerfile: "api/Dockerfile",
    args: {},
    repositoryUrl: await createRepository(repositoryName),
    cacheRepositoryUrl: await createRepository(`${repositoryName}/cache`),
    clusterArn: cluster?.clusterArn ?? "",
    taskDefinitionArn: await defineTask("kaniko", kanikoImage),
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    logGroupName,
  };
}, 120_000);

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

function makeBuilder(told: BuildProgress[] = []): KanikoImageBuilder {
  const archive = "s3://archives/uploads/shop.tar.gz";
  const onProgress = (progress: BuildProgress): void => void told.push(progress);
  return new KanikoImageBuilder({ tasks: new FargateBuildTasks(clients), clock, archive, onProgress });
}

/** Tasks that ECS has ever run for this digest. */
async function tasksOf(digest: string): Promise<number> {
  const ecs = await clients.ecs();
  const cluster = wanted.clusterArn;
  const lists = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) => ecs.listTasks({ cluster, desiredStatus })),
  );
  const tasks = lists.flatMap(({ taskArns = [] }) => taskArns);
  if (tasks.length === 0) return 0;
  const described = await ecs.describeTasks({ cluster, tasks });
  return (described.tasks ?? []).filter(({ overrides }) =>
    overrides?.containerOverrides?.[0]?.command?.some((argument) => argument.endsWith(`:${digest}`)),
  ).length;
}

async function failureOf(promise: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BerthError);
  return error as BerthError;
}

it("builds what is missing, and on the second run starts no task", async () => {
  const request = { ...wanted, digest: "first" };
  const told: BuildProgress[] = [];
  const builder = makeBuilder(told);
  expect(await builder.ensure(request)).toBe(`${wanted.repositoryUrl}:first`);
  expect(builder.results()).toMatchObject([{ service: "api", platform: "linux/amd64", cached: false }]);
  expect(told.map(({ status }) => status)).toEqual(["started", "succeeded"]);
  expect(await tasksOf("first")).toBe(1);

  const second = makeBuilder();
  await second.ensure(request);
  expect(second.results()).toMatchObject([{ cached: true }]);
  expect(await tasksOf("first")).toBe(1);
}, 30_000);

it("builds only the context that changed", async () => {
  const old = { ...wanted, digest: "old", service: "web" };
  await makeBuilder().ensure(old);
  const builder = makeBuilder();
  await Promise.all([builder.ensure(old), builder.ensure({ ...wanted, digest: "new" })]);
  expect(
    builder
      .results()
      .map(({ service, cached }) => `${service} ${cached}`)
      .sort(),
  ).toEqual(["api false", "web true"]);
}, 30_000);

it("shows the last lines of a build that fails", async () => {
  const builder = makeBuilder();
  const request = { ...wanted, digest: "failing", args: { OUTCOME: "fail" } };
  const error = await failureOf(builder.ensure(request));
  expect(error.kind).toBe("build");
  expect(error.message).toMatch(/^services\.api\.build: the executor ended with exit code 1: .*exited/);
  const [failure] = builder.failures();
  expect(failure?.logTail).toHaveLength(40);
  expect(failure?.logTail.at(-1)).toMatch(/^error building image/);
  expect(failure?.logTail).toContain("INFO[0001] npm ERR! line 60");
}, 30_000);

it("tells a build that was killed for its memory", async () => {
  const request = { ...wanted, digest: "too-big", args: { OUTCOME: "oom" } };
  const error = await failureOf(makeBuilder().ensure(request));
  expect(error.message).toMatch(/exit code 137, which is what running out of memory looks like/);
}, 30_000);

it("does not believe an exit code without an image", async () => {
  const error = await failureOf(
    makeBuilder().ensure({ ...wanted, digest: "unpushed", args: { OUTCOME: "no-push" } }),
  );
  expect(error.message).toMatch(/exit code 0, but .*:unpushed is not in the registry/);
}, 30_000);

it("stops the task of a build that is cancelled", async () => {
  const told: BuildProgress[] = [];
  const builder = makeBuilder(told);
  const build = failureOf(builder.ensure({ ...wanted, digest: "hanging", args: { OUTCOME: "hang" } }));
  const ecs = await clients.ecs();
  const running = async (): Promise<string[]> =>
    (await ecs.listTasks({ cluster: wanted.clusterArn, desiredStatus: "RUNNING" })).taskArns ?? [];
  while ((await running()).length === 0) await systemClock.sleep(20);
  await builder.stop();
  expect((await build).kind).toBe("cancelled");
  expect(await running()).toEqual([]);
  expect(builder.failures()).toEqual([]);
  expect(told.map(({ status }) => status)).toEqual(["started", "cancelled"]);
}, 30_000);

it("tells why a task never started, in ECS's words", async () => {
  const taskDefinitionArn = await defineTask("broken", "registry.invalid/no/such:image");
  const builder = makeBuilder();
  const error = await failureOf(builder.ensure({ ...wanted, digest: "unpullable", taskDefinitionArn }));
  expect(error.message).toMatch(/did not run to its end: .*(CannotPullContainer|unable to pull)/);
}, 30_000);

it("tells what AWS refuses", async () => {
  const noDefinition = { ...wanted, digest: "undefined", taskDefinitionArn: "no-such-definition" };
  const error = await failureOf(makeBuilder().ensure(noDefinition));
  expect(error.kind).toBe("build");
  expect(error.message).toMatch(/^services\.api\.build: ClientException, HTTP 400: /);
  const elsewhere = {
    ...wanted,
    digest: "x",
    repositoryUrl: wanted.repositoryUrl.replace("shop", "nowhere"),
  };
  const missing = await failureOf(makeBuilder().ensure(elsewhere));
  expect(missing.message).toMatch(/nowhere\/kaniko-build:x: RepositoryNotFoundException/);
}, 30_000);
