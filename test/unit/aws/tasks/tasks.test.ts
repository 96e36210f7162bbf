/** What ECS, ECR and CloudWatch Logs answer besides success, which an emulator can't be brought to say. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FargateBuildTasks } from "../../../../src/aws/tasks/build-tasks";
import { AwsClients } from "../../../../src/aws/clients";
import { FargateCdTasks } from "../../../../src/aws/tasks/cd-tasks";
import { FargateManualTasks } from "../../../../src/aws/tasks/manual-tasks";
import { FargateOneOffTasks } from "../../../../src/aws/tasks/one-off-tasks";
import type { FargateTasksOptions } from "../../../../src/aws/tasks/tasks";
import { request as buildRequest } from "../../builds/builds-fakes";
import { oneOff } from "../../tasks/one-off-fakes";

interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly userAgent: string;
}

let server: Server;
let clients: AwsClients;
let calls: Call[] = [];
/** Answers by operation, each taken in turn, the last one for good. */
let answers: Record<string, object[]> = {};

const definition = {
  taskDefinition: {
    containerDefinitions: [
      { name: "kaniko", logConfiguration: { options: { "awslogs-stream-prefix": "build" } } },
    ],
  },
};
const onDemand = { provider: "FARGATE" } as const;
const taskArn = "arn:aws:ecs:us-east-1:123456789012:task/shop/0123abcd";

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const userAgent = request.headers["user-agent"] ?? "";
      calls.push({ operation, input: JSON.parse(body) as Record<string, unknown>, userAgent });
      const queue = answers[operation] ?? [];
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      response.writeHead(answer !== undefined && "__type" in answer ? 400 : 200);
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

beforeEach(() => {
  calls = [];
  answers = { DescribeTaskDefinition: [definition] };
  clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "1.2.3",
  });
});

afterEach(() => clients.close());

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const tasks = (options?: FargateTasksOptions): FargateBuildTasks => new FargateBuildTasks(clients, options);
const inputOf = (operation: string): unknown => calls.find((call) => call.operation === operation)?.input;

describe("run", () => {
  it("asks for a task on Fargate without a public address", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    expect(await tasks().run(buildRequest(), ["--context=s3://a/b"], onDemand)).toEqual({ taskArn });
    expect(inputOf("RunTask")).toMatchObject({
      cluster: "cluster",
      taskDefinition: "definition",
      capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-1"],
          securityGroups: ["sg-1"],
          assignPublicIp: "DISABLED",
        },
      },
      overrides: { containerOverrides: [{ name: "kaniko", command: ["--context=s3://a/b"] }] },
      startedBy: "berth",
    });
    expect(calls.every(({ userAgent }) => userAgent.includes("berth/1.2.3"))).toBe(true);
  });

  it("asks for Spot, and for an address, where that is wanted", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    await tasks({ assignPublicIp: true }).run(buildRequest(), [], { provider: "FARGATE_SPOT" });
    expect(inputOf("RunTask")).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: "ENABLED" } },
    });
  });

  it("asks for another size than the definition's where that is wanted", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    await tasks().run(buildRequest(), [], { provider: "FARGATE", size: { cpu: 2048, memory: 16384 } });
    expect(inputOf("RunTask")).toMatchObject({ overrides: { cpu: "2048", memory: "16384" } });
  });

  it("takes no more arguments than ECS does, and says how many there are", async () => {
    const long = tasks().run(buildRequest(), [`--build-arg=A=${"x".repeat(9_000)}`], onDemand);
    await expect(long).rejects.toThrow(/the build task have 90\d\d characters, and ECS accepts 8192/);
  });

  it("gives a lack of capacity back, for another try", async () => {
    const reason = "Capacity is unavailable at this time. Please try again later";
    answers["RunTask"] = [{ tasks: [], failures: [{ reason }] }];
    expect(await tasks().run(buildRequest(), [], onDemand)).toEqual({ unavailable: reason });
  });

  const young =
    "ECS was unable to assume the role 'arn:aws:iam::1:role/berth/task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.";

  it.each([
    ["ClientException", young],
    ["InvalidParameterException", young],
    ["ClientException", "You've reached the limit on the number of vCPUs you can run concurrently"],
  ])("gives %s back for another try, though ECS throws it: %s", async (__type, message) => {
    answers["RunTask"] = [{ __type, message }];
    expect(await tasks().run(buildRequest(), [], onDemand)).toEqual({ unavailable: message });
  });

  it("throws what stays as it is", async () => {
    answers["RunTask"] = [{ __type: "ClientException", message: "TaskDefinition is inactive" }];
    await expect(tasks().run(buildRequest(), [], onDemand)).rejects.toThrow(/TaskDefinition is inactive/);
  });

  it("waits a minute for the role of the CD task, which is as young as the account", async () => {
    const slept: number[] = [];
    const clock = { sleep: (milliseconds: number) => Promise.resolve(void slept.push(milliseconds)) };
    const placement = { ...buildRequest(), containerName: "kaniko" };
    const refused = { __type: "ClientException", message: young };
    answers["RunTask"] = [refused, refused, { tasks: [{ taskArn }] }];
    const cd = new FargateCdTasks(clients, clock);
    expect(await cd.run(placement, ["up"], {})).toBe(taskArn);
    expect(slept).toEqual([5_000, 5_000]);
    answers["RunTask"] = [refused];
    await expect(cd.run(placement, ["up"], {})).rejects.toThrow(/did not start the CD task: ECS was unable/);
    expect(slept).toHaveLength(2 + 12);
  });

  it("asks once for a definition's container", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    const one = tasks();
    await Promise.all([one.run(buildRequest(), [], onDemand), one.run(buildRequest(), [], onDemand)]);
    expect(calls.filter(({ operation }) => operation === "DescribeTaskDefinition")).toHaveLength(1);
  });

  it.each([
    [
      [{ reason: "RESOURCE:MEMORY", detail: "too little" }],
      /^services\.api\.build: ECS did not start the build task: RESOURCE:MEMORY: too little \(the reason is ECS's own/,
    ],
    [[], /: no reason given \(/],
  ])("tells the failures %j", async (failures, expected) => {
    answers["RunTask"] = [{ tasks: [], failures }];
    await expect(tasks().run(buildRequest(), [], onDemand)).rejects.toMatchObject({
      kind: "build",
      message: expect.stringMatching(expected) as string,
    });
  });
});

describe("describe", () => {
  it.each([
    ["PROVISIONING", "PENDING"],
    ["PENDING", "PENDING"],
    ["ACTIVATING", "PENDING"],
    ["RUNNING", "RUNNING"],
    ["DEACTIVATING", "RUNNING"],
    ["STOPPING", "RUNNING"],
    ["DEPROVISIONING", "RUNNING"],
    ["STOPPED", "STOPPED"],
  ])("counts %s as %s", async (lastStatus, status) => {
    answers["DescribeTasks"] = [{ tasks: [{ lastStatus }] }];
    expect(await tasks().describe(buildRequest(), taskArn)).toEqual({ status });
  });

  it("has the container's exit code, and the reasons of the task and of the container", async () => {
    const containers = [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }];
    const stoppedReason = "Essential container in task exited";
    const stopCode = "EssentialContainerExited";
    answers["DescribeTasks"] = [{ tasks: [{ lastStatus: "STOPPED", stoppedReason, stopCode, containers }] }];
    expect(await tasks().describe(buildRequest(), taskArn)).toEqual({
      status: "STOPPED",
      stopCode,
      exitCode: 137,
      stoppedReason: `${stoppedReason}: OutOfMemoryError: Container killed due to memory usage`,
    });
  });

  it("waits for a task of its own that ECS does not show yet, but not for good", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    answers["DescribeTasks"] = [{ tasks: [], failures: [{ arn: taskArn, reason: "MISSING" }] }];
    const own = tasks();
    await own.run(buildRequest(), [], onDemand);
    for (let look = 0; look < 15; look += 1) {
      expect(await own.describe(buildRequest(), taskArn)).toEqual({ status: "PENDING" });
    }
    await expect(own.describe(buildRequest(), taskArn)).rejects.toThrow(
      /ECS does not know the task: MISSING/,
    );
  });

  it("does not wait for one that it has seen before", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    answers["DescribeTasks"] = [
      { tasks: [{ lastStatus: "RUNNING" }] },
      { failures: [{ reason: "MISSING" }] },
    ];
    const own = tasks();
    await own.run(buildRequest(), [], onDemand);
    await own.describe(buildRequest(), taskArn);
    await expect(own.describe(buildRequest(), taskArn)).rejects.toThrow(/does not know the task/);
  });
});

describe("manifest", () => {
  const url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";
  const mediaType = "application/vnd.oci.image.manifest.v1+json";

  it("asks the registry of the URL", async () => {
    const imageManifest = JSON.stringify({ mediaType, config: "é" });
    answers["BatchGetImage"] = [
      {
        images: [{ imageId: { imageDigest: "sha256:1" }, imageManifest, imageManifestMediaType: mediaType }],
      },
    ];
    const size = Buffer.byteLength(imageManifest);
    expect(await tasks().manifest(url, "d1")).toEqual({ digest: "sha256:1", mediaType, size });
    expect(inputOf("BatchGetImage")).toMatchObject({
      registryId: "123456789012",
      repositoryName: "shop/kaniko-build",
      imageIds: [{ imageTag: "d1" }],
    });
  });

  it("asks by digest, and reads the type out of a manifest that comes without", async () => {
    const image = (imageManifest: string): object => ({ images: [{ imageId: {}, imageManifest }] });
    answers["BatchGetImage"] = [image(JSON.stringify({ mediaType })), image("{}")];
    expect(await tasks().manifest(url, "sha256:2")).toMatchObject({ mediaType });
    expect(inputOf("BatchGetImage")).toMatchObject({ imageIds: [{ imageDigest: "sha256:2" }] });
    expect(await tasks().manifest(url, "sha256:2")).toMatchObject({
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    });
  });

  it("knows nothing where the image or the repository isn't there, and tells any other failure", async () => {
    answers["BatchGetImage"] = [
      { images: [], failures: [{ failureCode: "ImageNotFound" }] },
      { __type: "RepositoryNotFoundException", message: "no such repository" },
      { images: [], failures: [{ failureCode: "KmsError", failureReason: "key disabled" }] },
    ];
    expect(await tasks().manifest(url, "d1")).toBeUndefined();
    expect(await tasks().manifest(url, "d1")).toBeUndefined();
    await expect(tasks().manifest(url, "d1")).rejects.toThrow(
      /:d1: ECR could not look the image up: KmsError key/,
    );
  });
});

describe("putManifest", () => {
  const url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";

  it("pushes under a tag", async () => {
    await tasks().putManifest(url, "both", "{}", "application/vnd.oci.image.index.v1+json");
    expect(inputOf("PutImage")).toEqual({
      registryId: "123456789012",
      repositoryName: "shop/kaniko-build",
      imageTag: "both",
      imageManifest: "{}",
      imageManifestMediaType: "application/vnd.oci.image.index.v1+json",
    });
  });

  it("takes what another run has put there, and tells any other refusal", async () => {
    answers["PutImage"] = [
      { __type: "ImageTagAlreadyExistsException", message: "immutable" },
      { __type: "ImageAlreadyExistsException", message: "same" },
      { __type: "ReferencedImagesNotFoundException", message: "no such manifest" },
    ];
    await tasks().putManifest(url, "both", "{}", "t");
    await tasks().putManifest(url, "both", "{}", "t");
    await expect(tasks().putManifest(url, "both", "{}", "t")).rejects.toThrow(/no such manifest/);
  });
});

describe("logPage", () => {
  const event = (message: string): object => ({ message });

  it("reads on from where the last page ended, until nothing follows", async () => {
    answers["GetLogEvents"] = [
      { events: [event("one")], nextForwardToken: "a" },
      { events: [event("two\r\nthree")], nextForwardToken: "b" },
      { events: [], nextForwardToken: "b" },
    ];
    expect(await tasks().logPage(buildRequest(), taskArn, undefined)).toEqual({
      lines: ["one", "two", "three"],
      next: "b",
    });
    expect(inputOf("GetLogEvents")).toMatchObject({
      logStreamName: "build/kaniko/0123abcd",
      startFromHead: true,
    });
  });

  it("has nothing where the log has not begun", async () => {
    answers["GetLogEvents"] = [{ __type: "ResourceNotFoundException", message: "no such stream" }];
    expect(await tasks().logPage(buildRequest(), taskArn, undefined)).toEqual({ lines: [] });
  });
});

describe("logTail", () => {
  const event = (message: string): object => ({ message });

  it("reads backwards over empty pages until there are enough lines", async () => {
    answers["GetLogEvents"] = [
      { events: [event("three"), event("four")], nextBackwardToken: "a" },
      { events: [], nextBackwardToken: "b" },
      { events: [event("one"), event("two")], nextBackwardToken: "c" },
    ];
    expect(await tasks().logTail(buildRequest(), taskArn, 3)).toEqual(["two", "three", "four"]);
    expect(inputOf("GetLogEvents")).toMatchObject({
      logGroupName: "/shop/builds",
      logStreamName: "build/kaniko/0123abcd",
    });
  });

  it("ends at the beginning of the log", async () => {
    answers["GetLogEvents"] = [
      { events: [event("all")], nextBackwardToken: "a" },
      { events: [], nextBackwardToken: "a" },
    ];
    expect(await tasks().logTail(buildRequest(), taskArn, 40)).toEqual(["all"]);
    expect(calls.filter(({ operation }) => operation === "GetLogEvents")).toHaveLength(2);
  });

  it("has lines as a person would see them", async () => {
    const messages = ["\u001b[36mINFO\u001b[0m[0000] step", "10 %\r20 %\r100 %", "a\nb\r\n", ""];
    answers["GetLogEvents"] = [{ events: messages.map(event) }];
    expect(await tasks().logTail(buildRequest(), taskArn, 40)).toEqual([
      "INFO[0000] step",
      "100 %",
      "a",
      "b",
      "",
    ]);
  });

  it("has none for a task that never wrote", async () => {
    answers["GetLogEvents"] = [
      { __type: "ResourceNotFoundException", message: "The log stream does not exist" },
    ];
    expect(await tasks().logTail(buildRequest(), taskArn, 40)).toEqual([]);
  });
});

describe("stop", () => {
  it("cuts the reason to what ECS takes, and does not mind a task that is gone", async () => {
    const gone = { __type: "InvalidParameterException", message: "The referenced task was not found." };
    answers["StopTask"] = [gone];
    await tasks().stop(buildRequest(), taskArn, "x".repeat(300));
    expect(inputOf("StopTask")).toMatchObject({ reason: "x".repeat(255) });
  });

  it("tells anything else", async () => {
    answers["StopTask"] = [
      { __type: "AccessDeniedException", message: "not authorized to perform ecs:StopTask" },
    ];
    await expect(tasks().stop(buildRequest(), taskArn, "why")).rejects.toThrow(
      /AWS refused access: .*ecs:StopTask/,
    );
  });
});

test("a task by hand with more than RunTask takes is refused before it starts, with the way that holds more", async () => {
  answers["DescribeTaskDefinition"] = [{ taskDefinition: { containerDefinitions: [{ name: "app" }] } }];
  const run = new FargateManualTasks(clients).run("web", oneOff({ containerName: "app" }), {
    command: ["load", "x".repeat(9_000)],
    environment: {},
  });
  await expect(run).rejects.toMatchObject({
    problems: [
      {
        message: expect.stringMatching(
          /^the arguments and variables of the task have 90\d\d characters/,
        ) as string,
        hint: expect.stringContaining("configs, secrets") as string,
      },
    ],
  });
  expect(calls.filter(({ operation }) => operation === "RunTask")).toEqual([]);
});

describe("one-off tasks", () => {
  const request = oneOff({ containerName: "app" });

  it("run what their definition says, on demand", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    expect(await new FargateOneOffTasks(clients).run(request)).toEqual({ taskArn });
    expect(inputOf("RunTask")).toMatchObject({ capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] });
    expect(inputOf("RunTask")).not.toHaveProperty("overrides");
  });

  it("have the exit code and the log of their own container, whatever runs beside it", async () => {
    const containers = Object.entries({ files: 0, app: 4 }).map(([name, exitCode]) => ({ name, exitCode }));
    answers["DescribeTasks"] = [{ tasks: [{ lastStatus: "STOPPED", containers }] }];
    const options = { "awslogs-stream-prefix": "app" };
    const definitions = [{ name: "files" }, { name: "app", logConfiguration: { options } }];
    answers["DescribeTaskDefinition"] = [{ taskDefinition: { containerDefinitions: definitions } }];
    answers["GetLogEvents"] = [{ events: [{ message: "line" }] }];
    const own = new FargateOneOffTasks(clients);
    expect(await own.describe(request, taskArn)).toEqual({ status: "STOPPED", exitCode: 4 });
    expect(await own.logTail(request, taskArn, 20)).toEqual(["line"]);
    expect(inputOf("GetLogEvents")).toMatchObject({ logStreamName: "app/app/0123abcd" });
  });

  it("are part of a deployment, whose error says what AWS said", async () => {
    answers["RunTask"] = [{ tasks: [], failures: [{ reason: "RESOURCE:MEMORY" }] }];
    await expect(new FargateOneOffTasks(clients).run(request)).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringMatching(/^services\.migrate: ECS did not start the task: RESOURCE/) as string,
    });
  });

  it("give a lack of capacity back, for another try", async () => {
    const reason = "Capacity is unavailable at this time.";
    answers["RunTask"] = [{ tasks: [], failures: [{ reason }] }];
    expect(await new FargateOneOffTasks(clients).run(request)).toEqual({ unavailable: reason });
  });
});
