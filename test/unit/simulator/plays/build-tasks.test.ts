import type { ImageBuildRequest, StartedTask } from "../../../../src/ports";
import { SimulatedBuildTasks } from "../../../../src/simulator/plays/build-tasks";
import type { SimulatedTasksOptions } from "../../../../src/simulator/plays/tasks";
import { systemClock } from "../../../../src/wiring/clock";
import { make, seededWorld } from "../../../support/simulated-world";

const repositoryUrl = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/images";
const request: ImageBuildRequest = {
  service: "web",
  architecture: "ARM64",
  digest: "abc",
  build: { context: ".", dockerfile: "Dockerfile", args: {} },
  contextBucket: "contexts",
  size: { cpu: 2048, memory: 8192 },
  spot: false,
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

function arnOf(started: StartedTask): string {
  if ("taskArn" in started) return started.taskArn;
  throw new Error(started.unavailable);
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
  expect(await tasks.manifest(repositoryUrl, "abc")).toBeUndefined();
  const arn = arnOf(await tasks.run(request, ["--destination", "x"]));
  expect(arn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task\/main\/[0-9a-f]{32}$/);
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 0 });
  const pushed = await tasks.manifest(repositoryUrl, "abc");
  expect(pushed?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await tasks.manifest(repositoryUrl, pushed?.digest ?? "")).toEqual(pushed);
  expect(await tasks.logTail(request, arn, 1)).toEqual([
    expect.stringContaining(`Pushed ${repositoryUrl}:abc`),
  ]);
});

test("a scripted failure ends with its code and its log, and pushes nothing", async () => {
  const { tasks } = await tasksOf({ failures: { web: { exitCode: 1, log: ["npm ERR! code E404"] } } });
  const arn = arnOf(await tasks.run(request, []));
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 1 });
  expect(await tasks.logTail(request, arn, 1)).toEqual(["npm ERR! code E404"]);
  expect(await tasks.manifest(repositoryUrl, "abc")).toBeUndefined();
});

test("an immutable tag is pushed once", async () => {
  const { aws, tasks } = await tasksOf();
  await make(aws, "aws:ecr/repository:Repository", "fixed", {
    name: "shop/fixed",
    imageTagMutability: "IMMUTABLE",
  });
  const fixed = { ...request, repositoryUrl: repositoryUrl.replace("images", "fixed") };
  expect(await ended(tasks, arnOf(await tasks.run(fixed, [])))).toMatchObject({ exitCode: 0 });
  expect(await ended(tasks, arnOf(await tasks.run(fixed, [])))).toMatchObject({ exitCode: 1 });
});

test("a repository that isn't there takes no push", async () => {
  const { tasks } = await tasksOf();
  const arn = arnOf(await tasks.run({ ...request, repositoryUrl: `${repositoryUrl}-none` }, []));
  expect(await ended(tasks, arn)).toMatchObject({ exitCode: 1 });
});

test("a task that is stopped pushes nothing", async () => {
  const { tasks } = await tasksOf({ latencyScale: 1 });
  const arn = arnOf(await tasks.run(request, []));
  expect(await tasks.describe(request, arn)).toEqual({ status: "RUNNING" });
  await tasks.stop(request, arn, "cancelled");
  expect(await ended(tasks, arn)).toEqual({ status: "STOPPED", exitCode: 137, stoppedReason: "cancelled" });
  expect(await tasks.manifest(repositoryUrl, "abc")).toBeUndefined();
});

test("a test is run and pushes nothing", async () => {
  const { tasks } = await tasksOf();
  const taskArn = arnOf(await tasks.run(request, ["--no-push", "--target=test"]));
  expect(await ended(tasks, taskArn)).toMatchObject({ exitCode: 0 });
  expect(await tasks.manifest(repositoryUrl, "abc")).toBeUndefined();
});

test("a log is read on from where the last page ended", async () => {
  const { tasks } = await tasksOf();
  const taskArn = arnOf(await tasks.run(request, ["--a"]));
  await ended(tasks, taskArn);
  const first = await tasks.logPage(request, taskArn, undefined);
  expect(first.lines).toEqual(["executor --a", expect.stringContaining("Pushed")]);
  expect(await tasks.logPage(request, taskArn, first.next)).toEqual({ lines: [], next: first.next });
});

test("an index is pushed once under its tag", async () => {
  const { tasks } = await tasksOf();
  await tasks.putManifest(repositoryUrl, "both", "one");
  const first = await tasks.manifest(repositoryUrl, "both");
  await tasks.putManifest(repositoryUrl, "both", "another");
  expect(await tasks.manifest(repositoryUrl, "both")).toEqual(first);
});
