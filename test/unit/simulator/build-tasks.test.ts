import type { ImageBuildRequest } from "../../../src/ports";
import { SimulatedBuildTasks } from "../../../src/simulator/build-tasks";
import type { SimulatedTasksOptions } from "../../../src/simulator/tasks";
import { systemClock } from "../../../src/clock";
import { make, seededWorld } from "../../support/simulated-world";

const repositoryUrl = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/images";
const request: ImageBuildRequest = {
  service: "web",
  architecture: "ARM64",
  digest: "abc",
  context: "s3://bucket/key",
  dockerfile: "Dockerfile",
  args: {},
  repositoryUrl,
  cacheRepositoryUrl: `${repositoryUrl}/cache`,
  clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/main",
  taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/kaniko:1",
  subnetIds: [],
  securityGroupIds: [],
  logGroupName: "builds",
};

async function tasksOf(options: Partial<SimulatedTasksOptions> = {}) {
  const { aws } = await seededWorld();
  return { aws, tasks: new SimulatedBuildTasks({ clouds: () => [aws], clock: systemClock, ...options }) };
}

async function ended(tasks: SimulatedBuildTasks, arn: string) {
  for (let turn = 0; turn < 1000; turn++) {
    const state = await tasks.describe(request, arn);
    if (state.status === "STOPPED") return state;
    await systemClock.sleep(1);
  }
  throw new Error("the task did not end");
}

test("a build pushes its tag, which the registry then holds", async () => {
  const { tasks } = await tasksOf();
  expect(await tasks.hasImage(repositoryUrl, "abc")).toBe(false);
  const arn = await tasks.run(request, ["--destination", "x"]);
  expect(arn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task\/main\/[0-9a-f]{32}$/);
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 0 });
  expect(await tasks.hasImage(repositoryUrl, "abc")).toBe(true);
  expect(await tasks.logTail(request, arn, 1)).toEqual([
    expect.stringContaining(`Pushed ${repositoryUrl}:abc`),
  ]);
});

test("a scripted failure ends with its code and its log, and pushes nothing", async () => {
  const { tasks } = await tasksOf({ failures: { web: { exitCode: 1, log: ["npm ERR! code E404"] } } });
  const arn = await tasks.run(request, []);
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 1 });
  expect(await tasks.logTail(request, arn, 1)).toEqual(["npm ERR! code E404"]);
  expect(await tasks.hasImage(repositoryUrl, "abc")).toBe(false);
});

test("an immutable tag is pushed once", async () => {
  const { aws, tasks } = await tasksOf();
  await make(aws, "aws:ecr/repository:Repository", "fixed", {
    name: "shop/fixed",
    imageTagMutability: "IMMUTABLE",
  });
  const fixed = { ...request, repositoryUrl: repositoryUrl.replace("images", "fixed") };
  expect(await ended(tasks, await tasks.run(fixed, []))).toMatchObject({ exitCode: 0 });
  expect(await ended(tasks, await tasks.run(fixed, []))).toMatchObject({ exitCode: 1 });
});

test("a repository that isn't there takes no push", async () => {
  const { tasks } = await tasksOf();
  const arn = await tasks.run({ ...request, repositoryUrl: `${repositoryUrl}-none` }, []);
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 1 });
});

test("a task that is stopped pushes nothing", async () => {
  const { tasks } = await tasksOf({ latencyScale: 1 });
  const arn = await tasks.run(request, []);
  expect(await tasks.describe(request, arn)).toEqual({ status: "RUNNING" });
  await tasks.stop(request, arn, "cancelled");
  expect(await ended(tasks, arn)).toEqual({ status: "STOPPED", exitCode: 137, stoppedReason: "cancelled" });
  expect(await tasks.hasImage(repositoryUrl, "abc")).toBe(false);
});
