/** What says during a deployment that the new tasks answer worse: ECS then goes back to the old ones. */
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../public/load-balancer";
import type { PublicPort } from "../public/port";
import type { Scope } from "../stack/scope";

export interface DeploymentAlarmsArgs {
  readonly scope: Scope;
  readonly service: string;
  readonly loadBalancer: LoadBalancer;
  /** By the names of their routes. */
  readonly ports: ReadonlyMap<string, PublicPort>;
}

/** A minute counts as bad where so many percent of at least so many requests end with a 5xx of the service's own. */
const errors = { percent: 10, requests: 10 };

/** Bad minutes in a row: one is an accident. */
const badMinutes = 2;

/**
 * An alarm for each published port. A service that the load balancer doesn't know has none: whether it answers well,
 * AWS can't tell, and tasks that fail are the circuit breaker's.
 */
export class DeploymentAlarms extends pulumi.ComponentResource {
  readonly names: readonly pulumi.Output<string>[];

  constructor(name: string, args: DeploymentAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:DeploymentAlarms", name, {}, opts);
    this.names = [...args.ports].map(([route, port]) => createAlarm(route, port, args, this).name);
    this.registerOutputs({ names: this.names });
  }
}

function createAlarm(
  route: string,
  port: PublicPort,
  { scope, service, loadBalancer }: DeploymentAlarmsArgs,
  parent: pulumi.Resource,
): MetricAlarm {
  const metric = (metricName: string) => ({
    namespace: "AWS/ApplicationELB",
    metricName,
    dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: port.targetGroupArnSuffix },
    period: 60,
    stat: "Sum",
  });
  return new MetricAlarm(
    `${route}-errors`,
    {
      name: scope.name("alarm", route, "errors"),
      alarmDescription: `${errors.percent} % of the requests to ${route} or more end with a 5xx`,
      metricQueries: [
        { id: "requests", metric: metric("RequestCount") },
        { id: "failed", metric: metric("HTTPCode_Target_5XX_Count") },
        {
          id: "share",
          label: "Percent of requests that failed",
          // A metric without a value is a minute without such a request (CloudWatch User Guide, Using metric math).
          expression: `IF(FILL(requests, 0) >= ${errors.requests}, 100 * FILL(failed, 0) / requests, 0)`,
          returnData: true,
        },
      ],
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: errors.percent,
      evaluationPeriods: badMinutes,
      treatMissingData: "notBreaching",
      tags: scope.tags(service),
    },
    { parent },
  );
}
