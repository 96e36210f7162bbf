/** A compose service that is started by a schedule and runs to its end. */
import { Schedule as AwsSchedule } from "@pulumi/aws/scheduler/schedule";
import { StateMachine } from "@pulumi/aws/sfn/stateMachine";
import * as pulumi from "@pulumi/pulumi";
import { scheduleParts } from "../../model/naming";
import type { Schedule } from "../../model/project";
import { containerTask, type ContainerTaskArgs } from "./container-task";
import { placementTags } from "./one-off-task";
import { serviceRole, type Statement } from "../stack/iam";
import { asAnyKind, containerKinds } from "./kinds";
import type { Network } from "../network/network";
import type { PrivateDns } from "../network/private-dns";
import { onceDefinition, onceInput, runDefinition } from "./schedule-machine";

export interface ScheduledTaskArgs extends ContainerTaskArgs {
  readonly schedule: Schedule;
  readonly network: Network;
  readonly dns: PrivateDns;
  /** The groups by which it is let in, besides the project's own: of its networks, its databases and its volumes. */
  readonly groupIds: readonly pulumi.Input<string>[];
  /** What has to exist, or to have ended, before a run starts what this deployment brings. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
}

/** Starts that Step Functions refuses are tried again within so many seconds: later ones would come as a surprise. */
const starts = { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 900 };

/**
 * Task definition and role; a state machine that runs it ({@link runDefinition}), and the schedules that start that. No
 * service, and no name, for nobody calls it.
 */
export class ScheduledTask extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** Whether its image's own words count: its size, the content of its volumes. */
  readonly imageDefaults: boolean;
  readonly schedule: Schedule;

  constructor(name: string, args: ScheduledTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    const kind = containerKinds.schedule;
    super(kind, name, {}, { ...asAnyKind(kind, opts), dependsOn: [...args.after] });
    const { service, cluster, dns } = args;
    this.schedule = args.schedule;
    this.imageDefaults = service.older !== true;
    const definition = containerTask({ ...args, definitionTags: placementTags(args) }, this);
    this.taskDefinitionArn = definition.arn;
    const runs = runMachine(args, definition, this);
    const either = args.schedule.expressions.length > 1;
    const started = either ? onceMachine(args, runs.arn, this) : runs;
    const starter = serviceRole(
      `${service.name}-schedule-role`,
      {
        ...roleOf(args, "scheduler.amazonaws.com", "schedule"),
        statements: [{ Effect: "Allow", Action: "states:StartExecution", Resource: started.arn }],
      },
      this,
    );
    args.schedule.expressions.forEach((expression, index) => {
      const parts = scheduleParts(service.name)[index] ?? [];
      new AwsSchedule(
        parts.join("-"),
        {
          name: args.scope.name("schedule", ...parts),
          description: `${service.name} of the stack ${args.scope.stack} of ${args.scope.project}`,
          scheduleExpression: expression,
          scheduleExpressionTimezone: args.schedule.timezone,
          flexibleTimeWindow: { mode: "OFF" },
          state: service.replicas === 0 ? "DISABLED" : "ENABLED",
          target: {
            arn: started.arn,
            roleArn: starter.role.arn,
            input: either ? onceInput : "{}",
            retryPolicy: starts,
          },
        },
        {
          parent: this,
          dependsOn: [...(starter.policy === undefined ? [] : [starter.policy]), ...cluster.ready, dns.ready],
        },
      );
    });
    this.registerOutputs({ taskDefinitionArn: definition.arn });
  }
}

function roleOf({ scope, service }: ScheduledTaskArgs, principal: string, suffix: string) {
  // Without the tag of the service: the stack's boundary keeps what has it from starting tasks.
  return { scope, principal, physicalName: scope.identityName(service.name, suffix) };
}

function runMachine(
  args: ScheduledTaskArgs,
  definition: ReturnType<typeof containerTask>,
  parent: pulumi.Resource,
): StateMachine {
  const { scope, service, cluster, network, schedule } = args;
  const { role, policy } = serviceRole(
    `${service.name}-runs-role`,
    {
      ...roleOf(args, "states.amazonaws.com", "runs"),
      statements: runStatements(args, definition),
    },
    parent,
  );
  return new StateMachine(
    `${service.name}-runs`,
    {
      name: scope.name("stateMachine", service.name, "runs"),
      roleArn: role.arn,
      definition: pulumi
        .output({
          clusterArn: cluster.arn,
          taskDefinitionArn: definition.arn,
          family: definition.family,
          subnetIds: network.workloadSubnetIds,
          securityGroupIds: [cluster.securityGroupId, ...args.groupIds],
        })
        .apply((placed) =>
          JSON.stringify(
            runDefinition({
              ...placed,
              schedule,
              partition: scope.partition,
              retries: service.retries ?? 0,
            }),
          ),
        ),
      tags: scope.tags(service.name),
    },
    { parent, dependsOn: policy === undefined ? [] : [policy] },
  );
}

function onceMachine(
  args: ScheduledTaskArgs,
  runMachineArn: pulumi.Output<string>,
  parent: pulumi.Resource,
): StateMachine {
  const { scope, service } = args;
  const { role, policy } = serviceRole(
    `${service.name}-once-role`,
    {
      ...roleOf(args, "states.amazonaws.com", "once"),
      statements: [{ Effect: "Allow", Action: "states:StartExecution", Resource: runMachineArn }],
    },
    parent,
  );
  return new StateMachine(
    `${service.name}-once`,
    {
      name: scope.name("stateMachine", service.name, "once"),
      roleArn: role.arn,
      definition: runMachineArn.apply((arn) => JSON.stringify(onceDefinition(scope.partition, arn))),
      tags: scope.tags(service.name),
    },
    { parent, dependsOn: policy === undefined ? [] : [policy] },
  );
}

/** What Step Functions asks of ECS and of EventBridge for a task that it waits for (Developer Guide, "IAM policies for calling Amazon ECS"). */
function runStatements(
  { scope, service, cluster, schedule }: ScheduledTaskArgs,
  definition: ReturnType<typeof containerTask>,
): readonly Statement[] {
  const family = scope.name("taskFamily", service.name);
  const tasks = scope.arn("ecs", `task/${cluster.name}/*`);
  const machine = scope.arn("states", `stateMachine:${scope.name("stateMachine", service.name, "runs")}`);
  return [
    {
      Effect: "Allow",
      Action: "ecs:RunTask",
      Resource: scope.arn("ecs", `task-definition/${family}:*`),
      Condition: { ArnEquals: { "ecs:cluster": cluster.arn } },
    },
    // Step Functions stops the task of an execution that is stopped, timeout or not.
    { Effect: "Allow", Action: ["ecs:StopTask", "ecs:DescribeTasks"], Resource: tasks },
    {
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: tasks,
      Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    },
    ...(schedule.timeout === undefined ? [] : [listsTasks(cluster)]),
    {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [definition.taskRoleArn, definition.executionRoleArn].map((arn) =>
        pulumi.output(arn).apply((known) => known ?? ""),
      ),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      Effect: "Allow",
      Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      Resource: scope.arn("events", "rule/StepFunctionsGetEventsForECSTaskRule"),
    },
    ...(schedule.overlap === "skip"
      ? [{ Effect: "Allow" as const, Action: "states:ListExecutions", Resource: machine }]
      : []),
  ];
}

/** By their family: the cluster is a condition, not a resource (Service Authorization Reference, Amazon ECS). */
function listsTasks({ arn }: ScheduledTaskArgs["cluster"]): Statement {
  return {
    Effect: "Allow",
    Action: "ecs:ListTasks",
    Resource: "*",
    Condition: { ArnEquals: { "ecs:cluster": arn } },
  };
}
