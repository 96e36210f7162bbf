/** One run of a scheduled service, played: overlaps, failures, time limits, and the two schedules of one cron. */
import {
  onceDefinition,
  onceInput,
  runDefinition,
  type MachineArgs,
} from "../../../../src/components/service/schedule-machine";
import { execute, TaskError, type Execution, type TaskCall } from "../../../support/state-machine";

const machineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-report";
const executionArn = (name: string): string =>
  `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
const context = {
  StateMachine: { Id: machineArn },
  Execution: { Id: executionArn("mine"), Name: "mine" },
};

const args: MachineArgs = {
  partition: "aws",
  schedule: { overlap: "skip" },
  retries: 0,
  clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/shop-dev-cluster",
  taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev-report:7",
  family: "shop-dev-report",
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
};

interface Played extends Execution {
  readonly calls: readonly TaskCall[];
}

/** @param answers - by API; a list is answered one after another, an error is thrown */
async function play(
  more: Partial<MachineArgs>,
  answers: Readonly<Record<string, readonly unknown[]>> = {},
): Promise<Played> {
  const calls: TaskCall[] = [];
  const left = new Map(Object.entries(answers).map(([api, list]) => [api, [...list]]));
  const execution = await execute({
    definition: runDefinition({ ...args, ...more }),
    context,
    answer: (call) => {
      calls.push(call);
      const [first] = left.get(call.api) ?? [{}];
      if ((left.get(call.api) ?? []).length > 1) left.get(call.api)?.shift();
      if (first instanceof Error) throw first;
      return first;
    },
  });
  return { ...execution, calls };
}

/** The latest first, as ListExecutions gives them. */
const running = (...names: readonly string[]): object => ({
  Executions: names.map((name) => ({ ExecutionArn: executionArn(name), Name: name })),
});
const ended = { Containers: [{ Name: "report", ExitCode: 0 }] };
const failed = new TaskError("States.TaskFailed", JSON.stringify({ Containers: [{ ExitCode: 1 }] }));
const runs = ({ calls }: Played): number => calls.filter(({ api }) => api === "ecs:runTask.sync").length;

test("a run alone starts the task where its service belongs, and ends as it ends", async () => {
  const played = await play({}, { "sfn:listExecutions": [running("mine")], "ecs:runTask.sync": [ended] });
  expect(played).toMatchObject({ status: "SUCCEEDED", output: ended });
  expect(played.calls[0]).toEqual({
    api: "sfn:listExecutions",
    args: { StateMachineArn: machineArn, StatusFilter: "RUNNING", MaxResults: 1000 },
  });
  expect(played.calls[1]?.args).toEqual({
    Cluster: args.clusterArn,
    TaskDefinition: args.taskDefinitionArn,
    LaunchType: "FARGATE",
    PropagateTags: "TASK_DEFINITION",
    Group: "schedule:mine",
    NetworkConfiguration: {
      AwsvpcConfiguration: {
        Subnets: args.subnetIds,
        SecurityGroups: args.securityGroupIds,
        AssignPublicIp: "DISABLED",
      },
    },
  });
});

describe("overlaps", () => {
  test.each([
    ["an earlier one goes on", ["mine", "earlier"], 0],
    ["several go on", ["mine", "earlier", "first"], 0],
    ["a later one has begun: this one came first", ["later", "mine"], 1],
    ["the list doesn't know this one yet, but an earlier one", ["earlier"], 0],
    ["the list knows none yet", [], 1],
  ])("skip: %s", async (_, names, expected) => {
    const played = await play({}, { "sfn:listExecutions": [running(...names)] });
    expect(runs(played)).toBe(expected);
    expect(played.status).toBe("SUCCEEDED");
    if (expected === 0) expect(played.output).toEqual({ skipped: "an earlier run goes on" });
  });

  test("allow: nobody is asked", async () => {
    const played = await play({ schedule: { overlap: "allow" } });
    expect(played.path).toEqual(["Run"]);
  });

  test("a list that AWS refuses for a moment does not lose the run", async () => {
    const busy = new TaskError("Sfn.ThrottlingException");
    expect(runs(await play({}, { "sfn:listExecutions": [busy, busy, running("mine")] }))).toBe(1);
  });
});

describe("failures", () => {
  test("a program that failed fails the run, with its task", async () => {
    const played = await play({}, { "ecs:runTask.sync": [failed] });
    expect([played.status, played.error, runs(played)]).toEqual(["FAILED", "States.TaskFailed", 1]);
  });

  test("it is tried again as often as the file says", async () => {
    const never = await play({ retries: 2 }, { "ecs:runTask.sync": [failed] });
    expect([never.status, runs(never)]).toEqual(["FAILED", 3]);
    const once = await play({ retries: 2 }, { "ecs:runTask.sync": [failed, ended] });
    expect([once.status, runs(once)]).toEqual(["SUCCEEDED", 2]);
  });

  test("a place on Fargate is waited for, also without retries", async () => {
    const full = new TaskError("AmazonECS.Unknown", "Capacity is unavailable at this time.");
    const played = await play({}, { "ecs:runTask.sync": [full, full, full, ended] });
    expect([played.status, runs(played)]).toEqual(["SUCCEEDED", 4]);
    expect(runs(await play({}, { "ecs:runTask.sync": [full] }))).toBe(7);
  });
});

describe("a time limit", () => {
  const schedule = { overlap: "allow", timeout: 60 } as const;
  const timeout = new TaskError("States.Timeout");
  const tasks = {
    "ecs:listTasks": [{ TaskArns: ["task-1", "task-2"] }],
    "ecs:describeTasks": [
      {
        Tasks: [
          { TaskArn: "task-1", Group: "family:shop-dev-report" },
          { TaskArn: "task-2", Group: "schedule:mine" },
        ],
      },
    ],
  };

  test("stops the task of this run and no other, and is not tried again", async () => {
    const played = await play({ schedule, retries: 3 }, { "ecs:runTask.sync": [timeout], ...tasks });
    expect([played.status, played.error, runs(played)]).toEqual(["FAILED", "States.Timeout", 1]);
    expect(
      played.calls.filter(({ api }) => api === "ecs:stopTask").map(({ args: { Task } }) => Task),
    ).toEqual(["task-2"]);
  });

  test("ends where the task is gone by itself", async () => {
    const gone = { "ecs:runTask.sync": [timeout], "ecs:listTasks": [{ TaskArns: [] }] };
    const played = await play({ schedule }, gone);
    expect([played.status, played.error]).toEqual(["FAILED", "States.Timeout"]);
    expect(played.calls.map(({ api }) => api)).toEqual(["ecs:runTask.sync", "ecs:listTasks"]);
    const others = { ...tasks, "ecs:describeTasks": [{ Tasks: [{ TaskArn: "task-1", Group: "x" }] }] };
    const foreign = await play({ schedule }, { "ecs:runTask.sync": [timeout], ...others });
    expect(foreign.calls.map(({ api }) => api)).not.toContain("ecs:stopTask");
    expect(foreign.error).toBe("States.Timeout");
  });

  test("is the state's own, in seconds", () => {
    const { States } = runDefinition({ ...args, schedule }) as { States: Record<string, object> };
    expect(States["Run"]).toMatchObject({ TimeoutSeconds: 60 });
    const without = runDefinition(args) as { States: Record<string, object> };
    expect(Object.keys(without.States)).toEqual(["Others", "Alone", "Skipped", "Run"]);
  });
});

test("of two schedules that come at one minute, one run is left: its name is its time", async () => {
  const names: unknown[] = [];
  const start = () =>
    execute({
      definition: onceDefinition("aws", machineArn),
      input: JSON.parse(onceInput.replace("<aws.scheduler.scheduled-time>", "2026-11-13T03:00:00Z")),
      context,
      answer: ({ args: { Name, StateMachineArn } }) => {
        expect(StateMachineArn).toBe(machineArn);
        if (names.includes(Name)) throw new TaskError("Sfn.ExecutionAlreadyExistsException");
        names.push(Name);
        return {};
      },
    });
  expect(await start()).toMatchObject({ status: "SUCCEEDED" });
  expect(await start()).toMatchObject({ status: "SUCCEEDED" });
  // Step Functions API, StartExecution: no colons.
  expect(names).toEqual(["2026-11-13T03-00-00Z"]);
});
