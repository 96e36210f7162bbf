/** The number of a service's tasks by target tracking (Application Auto Scaling). */
import { Policy } from "@pulumi/aws/appautoscaling/policy";
import { Target } from "@pulumi/aws/appautoscaling/target";
import * as pulumi from "@pulumi/pulumi";
import type { Autoscaling as AutoscalingModel } from "../../model/project";
import type { Cluster } from "../stack/cluster";
import type { LoadBalancer } from "../public/load-balancer";
import type { PublicPort } from "../public/port";
import type { Scope } from "../stack/scope";

export interface AutoscalingArgs {
  readonly scope: Scope;
  readonly cluster: Cluster;
  /** The compose service. */
  readonly service: string;
  /** The ECS service's own name, known once it exists. */
  readonly serviceName: pulumi.Input<string>;
  /** As {@link taskRange} gives it. */
  readonly range: TaskRange;
  readonly autoscaling: AutoscalingModel;
  readonly loadBalancer?: LoadBalancer;
  /** Whose requests count. */
  readonly publicPort?: PublicPort;
}

/** How many tasks run at least and at most. */
export interface TaskRange {
  readonly min: number;
  readonly max: number;
}

/** The file's range, with no less than the mode asks of every service. */
export function taskRange(autoscaling: AutoscalingModel, { mode }: Scope): TaskRange {
  const min = Math.max(autoscaling.min, mode.minimumReplicas);
  return { min, max: Math.max(autoscaling.max, min) };
}

/** Names of the measures (Application Auto Scaling API reference, PredefinedMetricSpecification). */
const metricTypes = {
  cpu: "ECSServiceAverageCPUUtilization",
  memory: "ECSServiceAverageMemoryUtilization",
  requests: "ALBRequestCountPerTarget",
} as const satisfies Partial<Record<keyof AutoscalingModel, string>>;

/** Seconds after a scaling in which no other one of that direction begins: quick to help, slow to leave. */
const cooldown = { out: 60, in: 300 };

/** The target, and a policy for each measure: the one that asks for the most tasks decides. */
export class Autoscaling extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Autoscaling", name, {}, opts);
    const { autoscaling, cluster, scope, range } = args;
    const target = new Target(
      args.service,
      {
        serviceNamespace: "ecs",
        resourceId: pulumi.interpolate`service/${cluster.name}/${args.serviceName}`,
        scalableDimension: "ecs:service:DesiredCount",
        minCapacity: range.min,
        maxCapacity: range.max,
        tags: scope.tags(args.service),
      },
      { parent: this },
    );
    for (const measure of ["cpu", "memory", "requests"] as const) {
      const goal = autoscaling[measure];
      if (goal !== undefined) createPolicy(args, target, { measure, goal }, this);
    }
    this.registerOutputs({});
  }
}

function createPolicy(
  args: AutoscalingArgs,
  target: Target,
  { measure, goal }: { readonly measure: keyof typeof metricTypes; readonly goal: number },
  parent: pulumi.Resource,
): void {
  new Policy(
    `${args.service}-${measure}`,
    {
      name: measure,
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: goal,
        scaleOutCooldown: cooldown.out,
        scaleInCooldown: cooldown.in,
        predefinedMetricSpecification: {
          predefinedMetricType: metricTypes[measure],
          ...(measure === "requests" ? resourceLabel(args) : {}),
        },
      },
    },
    { parent },
  );
}

/** Which load balancer and target group count: `app/<name>/<id>/targetgroup/<name>/<id>`. */
function resourceLabel({ loadBalancer, publicPort }: AutoscalingArgs): {
  resourceLabel?: pulumi.Output<string>;
} {
  if (loadBalancer === undefined || publicPort === undefined) return {};
  return {
    resourceLabel: pulumi.interpolate`${loadBalancer.arnSuffix}/${publicPort.targetGroupArnSuffixes[0]}`,
  };
}
