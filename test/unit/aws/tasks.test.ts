/** What ECS, ECR and CloudWatch Logs answer besides success, which an emulator can't be brought to say. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FargateBuildTasks } from "../../../src/aws/build-tasks";
import { AwsClients } from "../../../src/aws/clients";
import { FargateOneOffTasks } from "../../../src/aws/one-off-tasks";
import type { FargateTasksOptions } from "../../../src/aws/tasks";
import { request as buildRequest } from "../app/builds-fakes";
import { oneOff } from "../app/one-off-fakes";

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
    expect(await tasks().run(buildRequest(), ["--context=s3://a/b"])).toBe(taskArn);
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
    await tasks({ capacityProvider: "FARGATE_SPOT", assignPublicIp: true }).run(buildRequest(), []);
    expect(inputOf("RunTask")).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: "ENABLED" } },
    });
  });

  it("asks once for a definition's container", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    const one = tasks();
    await Promise.all([one.run(buildRequest(), []), one.run(buildRequest(), [])]);
    expect(calls.filter(({ operation }) => operation === "DescribeTaskDefinition")).toHaveLength(1);
  });

  it.each([
    [
      [
        {
          reason:
            "Capacity is unavailable at this time. Please try again later or in a different availability zone",
        },
      ],
      /^services\.api\.build: ECS did not start the build task: Capacity is unavailable.*\(the reason is ECS's own/,
    ],
    [[{ reason: "RESOURCE:MEMORY", detail: "too little" }], /: RESOURCE:MEMORY: too little \(/],
    [[], /: no reason given \(/],
  ])("tells the failures %j", async (failures, expected) => {
    answers["RunTask"] = [{ tasks: [], failures }];
    await expect(tasks().run(buildRequest(), [])).rejects.toMatchObject({
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
    answers["DescribeTasks"] = [{ tasks: [{ lastStatus: "STOPPED", stoppedReason, containers }] }];
    expect(await tasks().describe(buildRequest(), taskArn)).toEqual({
      status: "STOPPED",
      exitCode: 137,
      stoppedReason: `${stoppedReason}: OutOfMemoryError: Container killed due to memory usage`,
    });
  });

  it("waits for a task of its own that ECS does not show yet, but not for good", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    answers["DescribeTasks"] = [{ tasks: [], failures: [{ arn: taskArn, reason: "MISSING" }] }];
    const own = tasks();
    await own.run(buildRequest(), []);
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
    await own.run(buildRequest(), []);
    await own.describe(buildRequest(), taskArn);
    await expect(own.describe(buildRequest(), taskArn)).rejects.toThrow(/does not know the task/);
  });
});

describe("hasImage", () => {
  const url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";

  it("asks the registry of the URL", async () => {
    answers["BatchGetImage"] = [{ images: [{ imageId: {} }], failures: [] }];
    expect(await tasks().hasImage(url, "d1")).toBe(true);
    expect(inputOf("BatchGetImage")).toMatchObject({
      registryId: "123456789012",
      repositoryName: "shop/kaniko-build",
      imageIds: [{ imageTag: "d1" }],
    });
  });

  it("says no to ImageNotFound, and tells any other failure", async () => {
    answers["BatchGetImage"] = [
      { images: [], failures: [{ failureCode: "ImageNotFound" }] },
      { images: [], failures: [{ failureCode: "KmsError", failureReason: "key disabled" }] },
    ];
    expect(await tasks().hasImage(url, "d1")).toBe(false);
    await expect(tasks().hasImage(url, "d1")).rejects.toThrow(
      /:d1: ECR could not look the image up: KmsError key/,
    );
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

describe("one-off tasks", () => {
  const request = oneOff({ containerName: "app" });

  it("run what their definition says, on demand", async () => {
    answers["RunTask"] = [{ tasks: [{ taskArn }] }];
    expect(await new FargateOneOffTasks(clients).run(request)).toBe(taskArn);
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
    answers["RunTask"] = [{ tasks: [], failures: [{ reason: "Capacity is unavailable" }] }];
    await expect(new FargateOneOffTasks(clients).run(request)).rejects.toMatchObject({
      kind: "deployment",
      message: expect.stringMatching(/^services\.migrate: ECS did not start the task: Capacity/) as string,
    });
  });
});
