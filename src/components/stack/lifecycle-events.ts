/** What ECS reports of its tasks and deployments, kept in a log group: why a task stopped is there to read. */
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { LogResourcePolicy } from "@pulumi/aws/cloudwatch/logResourcePolicy";
import * as pulumi from "@pulumi/pulumi";
import { eventsLogGroupName } from "../../model/naming";
import type { Cluster } from "./cluster";
import { policyDocument } from "./iam";
import type { Scope } from "./scope";

export interface LifecycleEventsArgs {
  readonly scope: Scope;
  readonly cluster: Cluster;
}

export class LifecycleEvents extends pulumi.ComponentResource {
  readonly logGroupName: string;

  constructor(name: string, args: LifecycleEventsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:LifecycleEvents", name, {}, opts);
    const { scope, cluster } = args;
    this.logGroupName = eventsLogGroupName(scope.project, scope.stack);
    const logGroup = new LogGroup(
      "events",
      { name: this.logGroupName, retentionInDays: scope.mode.logRetention, tags: scope.tags() },
      { parent: this },
    );
    const rule = new EventRule(
      `${scope.project}-ecs-lifecycle-rule`,
      {
        name: scope.name("eventRule", "ecs-lifecycle"),
        description: "State changes of the project's tasks and deployments",
        eventPattern: eventPattern(scope, cluster),
        tags: scope.tags(),
      },
      { parent: this },
    );
    const permission = allowDelivery(logGroup, rule, this);
    new EventTarget(
      `${scope.project}-ecs-event-cw-target`,
      { rule: rule.name, targetId: "logs", arn: logGroup.arn },
      { parent: this, dependsOn: [permission] },
    );
    this.registerOutputs({ logGroupName: this.logGroupName });
  }
}

/** A task's event names its cluster; a deployment's only its service, whose ARN begins with the cluster's name. */
function eventPattern(scope: Scope, cluster: Cluster): pulumi.Output<string> {
  return pulumi.jsonStringify({
    source: ["aws.ecs"],
    $or: [
      { "detail-type": ["ECS Task State Change"], detail: { clusterArn: [cluster.arn] } },
      {
        "detail-type": ["ECS Deployment State Change"],
        resources: [{ prefix: scope.arn("ecs", `service/${cluster.name}/`) }],
      },
    ],
  });
}

/** Who brings the events: EventBridge, and what delivers logs for it. */
const writers = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };

/**
 * A policy on the group itself: an account holds ten policies of the other kind in a region, for all its projects. Only
 * PutLogEvents comes with the rule as its source; a condition on CreateLogStream keeps every event out (EventBridge User
 * Guide, "CloudWatch Logs permissions"; terraform-provider-aws #30388). Whether EventBridge honours a policy on a group,
 * no page says: bootstrap makes one for the whole account besides.
 */
function allowDelivery(group: LogGroup, rule: EventRule, parent: pulumi.Resource): LogResourcePolicy {
  return new LogResourcePolicy(
    "events",
    {
      resourceArn: group.arn,
      policyDocument: policyDocument([
        {
          Effect: "Allow",
          Principal: writers,
          Action: "logs:CreateLogStream",
          Resource: pulumi.interpolate`${group.arn}:*`,
        },
        {
          Effect: "Allow",
          Principal: writers,
          Action: "logs:PutLogEvents",
          Resource: pulumi.interpolate`${group.arn}:*`,
          Condition: { ArnEquals: { "aws:SourceArn": rule.arn } },
        },
      ]),
    },
    { parent },
  );
}
