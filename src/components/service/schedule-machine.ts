/**
 * One run of a scheduled service as a state machine of Step Functions, which knows what EventBridge Scheduler doesn't:
 * whether an earlier run goes on, how long this one may take, and how its program ended.
 *
 * `ecs:runTask.sync` fails with `States.TaskFailed` where the program does (its cause is the task, exit code included),
 * and with `AmazonECS.Unknown` where ECS places no task (Step Functions Developer Guide, "Run Amazon ECS or Fargate
 * tasks"). Expressions are JSONata's ("Transforming data with JSONata").
 */
import type { Schedule } from "../../model/project";

/** What a state machine is made of: plain texts, known by the time that it is declared. */
export interface MachineArgs {
  readonly partition: string;
  readonly schedule: Pick<Schedule, "overlap" | "timeout">;
  readonly retries: number;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Seconds before the first retry; each further one waits twice as long, to the most. */
const pauses = { first: 15, most: 300 };

/** Further tries where ECS has no room: some twelve minutes. */
const placements = 6;

/** The group of a run's tasks, by which it finds them again. */
const group = "{% 'schedule:' & $states.context.Execution.Name %}";

const again = { IntervalSeconds: pauses.first, BackoffRate: 2, MaxDelaySeconds: pauses.most };

/** The definition of a run, in the Amazon States Language. */
export function runDefinition(args: MachineArgs): object {
  const { schedule, partition } = args;
  const guard = schedule.overlap === "skip" ? guardStates(partition) : {};
  return {
    QueryLanguage: "JSONata",
    StartAt: schedule.overlap === "skip" ? "Others" : "Run",
    States: { ...guard, Run: runState(args), ...(schedule.timeout === undefined ? {} : stopStates(args)) },
  };
}

/**
 * Of all runs that go on the one that began first goes on alone: so of two that begin at once one is left. ListExecutions
 * gives the latest first, and is eventually consistent (Step Functions API reference).
 */
function guardStates(partition: string): object {
  return {
    Others: {
      Type: "Task",
      Resource: `arn:${partition}:states:::aws-sdk:sfn:listExecutions`,
      Arguments: {
        StateMachineArn: "{% $states.context.StateMachine.Id %}",
        StatusFilter: "RUNNING",
        MaxResults: 1000,
      },
      Output: {
        first:
          "{% $count($states.result.Executions) = 0 or $states.result.Executions[-1].ExecutionArn = $states.context.Execution.Id %}",
      },
      Retry: [{ ErrorEquals: ["States.ALL"], ...again, MaxAttempts: 3 }],
      Next: "Alone",
    },
    Alone: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.first %}", Next: "Run" }],
      Default: "Skipped",
    },
    Skipped: { Type: "Succeed", Output: { skipped: "an earlier run goes on" } },
  };
}

function runState(args: MachineArgs): object {
  const { partition, schedule, retries, clusterArn, taskDefinitionArn } = args;
  // It matches every error but States.Timeout (Amazon States Language, "Error names"): an overdue run is not repeated.
  const failed = { ErrorEquals: ["States.TaskFailed"], ...again, MaxAttempts: retries };
  const { timeout } = schedule;
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::ecs:runTask.sync`,
    Arguments: {
      Cluster: clusterArn,
      TaskDefinition: taskDefinitionArn,
      LaunchType: "FARGATE",
      PropagateTags: "TASK_DEFINITION",
      Group: group,
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: args.subnetIds,
          SecurityGroups: args.securityGroupIds,
          AssignPublicIp: "DISABLED",
        },
      },
    },
    ...(timeout === undefined ? {} : { TimeoutSeconds: timeout, Catch: [onTimeout] }),
    Retry: [
      { ErrorEquals: ["AmazonECS.Unknown"], ...again, MaxAttempts: placements },
      ...(retries === 0 ? [] : [failed]),
    ],
    End: true,
  };
}

const onTimeout = {
  ErrorEquals: ["States.Timeout"],
  Next: "Overdue",
};

/**
 * Step Functions stops the task of an execution that is stopped; of a state that reaches its time limit no page says so.
 * A task that is stopped already is stopped once more without harm.
 */
function stopStates({ partition, clusterArn, family }: MachineArgs): object {
  const retry = [{ ErrorEquals: ["States.ALL"], ...again, MaxAttempts: 3 }];
  return {
    Overdue: {
      Type: "Task",
      Resource: `arn:${partition}:states:::aws-sdk:ecs:listTasks`,
      Arguments: { Cluster: clusterArn, Family: family },
      Output: { arns: "{% $states.result.TaskArns %}" },
      Retry: retry,
      Next: "Any",
    },
    Any: {
      Type: "Choice",
      Choices: [{ Condition: "{% $count($states.input.arns) > 0 %}", Next: "Which" }],
      Default: "TimedOut",
    },
    Which: {
      Type: "Task",
      Resource: `arn:${partition}:states:::aws-sdk:ecs:describeTasks`,
      Arguments: { Cluster: clusterArn, Tasks: "{% $states.input.arns %}" },
      Output: {
        arns: `{% [$states.result.Tasks[Group = 'schedule:' & $states.context.Execution.Name].TaskArn] %}`,
      },
      Retry: retry,
      Next: "StopEach",
    },
    StopEach: {
      Type: "Map",
      Items: "{% $states.input.arns %}",
      ItemProcessor: {
        StartAt: "Stop",
        States: {
          Stop: {
            Type: "Task",
            Resource: `arn:${partition}:states:::aws-sdk:ecs:stopTask`,
            Arguments: {
              Cluster: clusterArn,
              Task: "{% $states.input %}",
              Reason: "x-schedule.timeout",
            },
            Retry: retry,
            End: true,
          },
        },
      },
      Next: "TimedOut",
    },
    TimedOut: { Type: "Fail", Error: "States.Timeout", Cause: "the run reached x-schedule.timeout" },
  };
}

/**
 * Where cron means either of two days, two schedules may come at the same minute. An execution's name is given once
 * (StartExecution: ExecutionAlreadyExists), so both name the run by its time, which Scheduler itself can't: a name has
 * no colon.
 */
export function onceDefinition(partition: string, runMachineArn: string): object {
  return {
    QueryLanguage: "JSONata",
    StartAt: "Start",
    States: {
      Start: {
        Type: "Task",
        Resource: `arn:${partition}:states:::aws-sdk:sfn:startExecution`,
        Arguments: {
          StateMachineArn: runMachineArn,
          Name: "{% $replace($states.input.scheduled, ':', '-') %}",
          Input: "{}",
        },
        Retry: [{ ErrorEquals: ["Sfn.SfnException", "States.Timeout"], ...again, MaxAttempts: 3 }],
        Catch: [{ ErrorEquals: ["Sfn.ExecutionAlreadyExistsException"], Next: "Started" }],
        Next: "Started",
      },
      Started: { Type: "Succeed" },
    },
  };
}

/** What `onceDefinition` reads: EventBridge Scheduler user guide, "Adding context attributes". */
export const onceInput = JSON.stringify({ scheduled: "<aws.scheduler.scheduled-time>" });
