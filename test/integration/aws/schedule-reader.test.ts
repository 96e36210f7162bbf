/** The schedules of a stack with their runs, from a server that answers as EventBridge Scheduler and Step Functions do. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsClients } from "../../../src/aws/clients";
import { AwsScheduleReader } from "../../../src/aws/estate/schedule-reader";
import type { ScheduleView } from "../../../src/ports";

const stack = { project: "shop", stack: "dev" };
const now = Date.UTC(2026, 10, 25, 12, 0, 0);
const seconds = (hours: number): number => now / 1_000 + hours * 3_600;
const machine = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const tagged = (name: string, service: string): object => ({
  ResourceARN: machine(name),
  Tags: [{ Key: "berth:service", Value: service }],
});

interface Execution {
  readonly status: string;
  readonly hours: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

interface World {
  readonly machines: readonly object[];
  readonly schedules: Readonly<Record<string, object>>;
  readonly executions: readonly Execution[];
}

let world: World;
let server: Server;

type Request = Readonly<Record<string, unknown>>;

function answer(target: string, body: Request): object | undefined {
  if (target.endsWith("GetResources")) return { ResourceTagMappingList: world.machines };
  if (target.endsWith("ListExecutions"))
    return {
      executions: world.executions.map(({ status, hours }, index) => ({
        executionArn: `execution:${index}`,
        stateMachineArn: body["stateMachineArn"],
        name: String(index),
        status,
        startDate: seconds(hours),
      })),
    };
  const index = Number(String(body["executionArn"]).split(":").at(-1));
  const { hours, ...execution } = world.executions[index] ?? { hours: 0, status: "" };
  const stopped = execution.status === "RUNNING" ? {} : { stopDate: seconds(hours) + 60 };
  return { executionArn: "e", startDate: seconds(hours), ...stopped, ...execution };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers["x-amz-target"];
      if (typeof target === "string") {
        response.setHeader("content-type", "application/x-amz-json-1.0");
        response.end(JSON.stringify(answer(target, JSON.parse(body) as Request)));
        return;
      }
      const found = world.schedules[(request.url ?? "").split("/").at(-1)?.split("?")[0] ?? ""];
      response.setHeader("content-type", "application/json");
      if (found === undefined) {
        response.statusCode = 404;
        response.setHeader("x-amzn-errortype", "ResourceNotFoundException");
      }
      response.end(JSON.stringify(found ?? { Message: "does not exist" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
});

async function read(given: Partial<World>): Promise<readonly ScheduleView[]> {
  world = {
    machines: [tagged("shop-dev-report-runs", "report"), tagged("shop-dev-report-once", "report")],
    schedules: { "shop-dev-report-runs": daily },
    executions: [],
    ...given,
  };
  const clients = new AwsClients({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "0",
  });
  try {
    return await new AwsScheduleReader(clients).schedules(stack, now);
  } finally {
    await clients.close();
  }
}

const daily = {
  ScheduleExpression: "cron(0 3 * * ? *)",
  ScheduleExpressionTimezone: "Europe/Berlin",
  State: "ENABLED",
};
const task = (exitCode: number): string =>
  JSON.stringify({
    Containers: [
      { Name: "report-files", ExitCode: 0 },
      { Name: "report", ExitCode: exitCode },
    ],
    StoppedReason: "Essential container in task exited",
  });
const leftOut = JSON.stringify({ skipped: "an earlier run goes on" });

test("a schedule that has not come yet is told with its next time, in its own time zone", async () => {
  expect(await read({})).toEqual([
    {
      service: "report",
      expressions: ["cron(0 3 * * ? *)"],
      timezone: "Europe/Berlin",
      enabled: true,
      next: "2026-11-26T02:00:00.000Z",
    },
  ]);
});

test("either of two days: the earlier one is next", async () => {
  const schedules = {
    "shop-dev-report-runs": { ScheduleExpression: "cron(0 3 13 * ? *)" },
    "shop-dev-report-runs-weekday": { ScheduleExpression: "cron(0 3 ? * FRI *)" },
  };
  expect(await read({ schedules })).toMatchObject([
    { expressions: ["cron(0 3 13 * ? *)", "cron(0 3 ? * FRI *)"], next: "2026-11-27T03:00:00.000Z" },
  ]);
});

test("a rate goes on from its last run, or from when it was made", async () => {
  const every = { ScheduleExpression: "rate(5 hours)", CreationDate: seconds(-7) };
  const schedules = { "shop-dev-report-runs": every };
  expect(await read({ schedules })).toMatchObject([{ next: "2026-11-25T15:00:00.000Z" }]);
  const executions = [{ status: "SUCCEEDED", hours: -1, output: task(0) }];
  expect(await read({ schedules, executions })).toMatchObject([{ next: "2026-11-25T16:00:00.000Z" }]);
});

test("a paused one has no next time", async () => {
  const [view] = await read({ schedules: { "shop-dev-report-runs": { ...daily, State: "DISABLED" } } });
  expect([view?.enabled, view?.next]).toEqual([false, undefined]);
});

test.each<[Execution, object]>([
  [
    { status: "SUCCEEDED", hours: -2, output: task(0) },
    {
      outcome: "succeeded",
      exitCode: 0,
      started: "2026-11-25T10:00:00.000Z",
      ended: "2026-11-25T10:01:00.000Z",
    },
  ],
  [
    { status: "FAILED", hours: -2, error: "States.TaskFailed", cause: task(3) },
    { outcome: "failed", exitCode: 3, reason: "Essential container in task exited" },
  ],
  [
    { status: "FAILED", hours: -2, error: "AmazonECS.Unknown", cause: "Capacity is unavailable" },
    { outcome: "failed", reason: "Capacity is unavailable" },
  ],
  [
    { status: "FAILED", hours: -2, error: "States.Timeout", cause: "the run reached x-schedule.timeout" },
    { outcome: "timed out" },
  ],
  [{ status: "ABORTED", hours: -2 }, { outcome: "stopped" }],
  [{ status: "RUNNING", hours: -2 }, { outcome: "running" }],
])("%j is a last run", async (execution, expected) => {
  const [view] = await read({ executions: [execution] });
  expect(view?.last).toMatchObject(expected);
  expect(view).not.toHaveProperty("skipped");
});

test("a run that was left out is no last run", async () => {
  const executions = [
    { status: "SUCCEEDED", hours: -1, output: leftOut },
    { status: "SUCCEEDED", hours: -2, output: leftOut },
    { status: "RUNNING", hours: -3 },
  ];
  expect(await read({ executions })).toMatchObject([
    {
      last: { outcome: "running", started: "2026-11-25T09:00:00.000Z" },
      skipped: "2026-11-25T11:00:00.000Z",
    },
  ]);
});

test("what was deleted since its tags were read is not there", async () => {
  expect(await read({ schedules: {} })).toEqual([]);
});
