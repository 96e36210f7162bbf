/** A stack that takes itself down: one start of the CD task's `down`, at one time. */
import { Schedule } from "@pulumi/aws/scheduler/schedule";
import * as pulumi from "@pulumi/pulumi";
import type { TimeToLive as TimeToLiveModel } from "../../ports";
import { scheduleTime } from "../../model/schedule-time";
import type { Scope } from "./scope";

export interface TimeToLiveArgs extends TimeToLiveModel {
  readonly scope: Scope;
}

/** The container of the CD task's definition (`stacks/bootstrap.yaml`). */
const containerName = "berth-cd";

/** Tries of a start that AWS refuses, for lack of capacity say, within so many seconds. */
const retries = { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 86_400 };

/** Each run that deploys the stack puts its time off; it goes with the stack, or when its time has come. */
export class TimeToLive extends pulumi.ComponentResource {
  readonly scheduleName: string;

  constructor(name: string, args: TimeToLiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:TimeToLive", name, {}, opts);
    const { scope, task, until } = args;
    this.scheduleName = scope.name("schedule", "down");
    new Schedule(
      "down",
      {
        name: this.scheduleName,
        description: `berth-cd down of the stack ${scope.stack} of ${scope.project} (BERTH_TTL=${args.ttl})`,
        scheduleExpression: scheduleTime(until),
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        actionAfterCompletion: "DELETE",
        target: {
          arn: task.clusterArn,
          roleArn: task.schedulerRoleArn,
          input: JSON.stringify({ containerOverrides: [downOf(scope)] }),
          ecsParameters: {
            taskDefinitionArn: task.taskDefinitionArn,
            launchType: "FARGATE",
            networkConfiguration: {
              subnets: [...task.subnetIds],
              securityGroups: [...task.securityGroupIds],
              // The CD task's subnets are public ones: it has no other way out.
              assignPublicIp: true,
            },
            propagateTags: "TASK_DEFINITION",
          },
          retryPolicy: retries,
          ...(task.deadLetterArn === undefined ? {} : { deadLetterConfig: { arn: task.deadLetterArn } }),
        },
      },
      { parent: this },
    );
    this.registerOutputs({ scheduleName: this.scheduleName });
  }
}

/** What of the container's definition is another one for this stack (ECS API reference, ContainerOverride). */
function downOf({ project, stack }: Scope): object {
  return {
    name: containerName,
    command: ["down"],
    environment: [
      { name: "BERTH_PROJECT", value: project },
      { name: "BERTH_STACK", value: stack },
    ],
  };
}
