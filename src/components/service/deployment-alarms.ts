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
  /** Seconds in which a new task may fail its check. */
  readonly unhealthyAfter: number;
}

/** A minute counts as bad where so many percent of at least so many requests end with a 5xx of the service's own. */
const errors = { percent: 10, requests: 10 };

/** Bad minutes in a row: one is an accident. */
const badMinutes = 2;

/**
 * The mode's alarms for each published port. A service that the load balancer doesn't know has none: whether it answers
 * well, AWS can't tell, and tasks that fail are the circuit breaker's.
 */
export class DeploymentAlarms extends pulumi.ComponentResource {
  readonly names: readonly pulumi.Output<string>[];

  constructor(name: string, args: DeploymentAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:DeploymentAlarms", name, {}, opts);
    this.names = [...args.ports].flatMap(([route, port]) =>
      alarmsOf(route, port, args).map((alarm) => createAlarm(route, port, alarm, args, this).name),
    );
    this.registerOutputs({ names: this.names });
  }
}

/** Whether the mode asks for an alarm at all. */
export function hasAlarms({ mode }: Scope): boolean {
  return mode.deploymentAlarms || mode.unhealthyAlarm || mode.latencyAlarm > 0;
}

/** A metric of a port's target groups; of a pair each has its own. */
interface Measure {
  readonly id: string;
  /** ("CloudWatch metrics for your Application Load Balancer", ELB user guide). */
  readonly metricName: string;
  readonly stat: string;
}

interface Alarm {
  readonly what: "errors" | "unhealthy" | "latency";
  readonly says: string;
  readonly measures: readonly Measure[];
  readonly label: string;
  readonly expression: (...values: readonly (readonly string[])[]) => string;
  readonly threshold: number;
  readonly minutes: number;
}

function alarmsOf(
  route: string,
  { targetGroupArnSuffixes: { length } }: PublicPort,
  { scope: { mode }, unhealthyAfter }: DeploymentAlarmsArgs,
): readonly Alarm[] {
  return [
    ...(mode.deploymentAlarms ? [errorsAlarm(route)] : []),
    ...(mode.unhealthyAlarm ? [unhealthyAlarm(route, unhealthyAfter)] : []),
    ...(mode.latencyAlarm > 0 ? [latencyAlarm(route, mode.latencyAlarm, length)] : []),
  ];
}

const requests: Measure = { id: "requests", metricName: "RequestCount", stat: "Sum" };

// A metric without a value is a minute without such a request (CloudWatch User Guide, Using metric math).
const sum = (ids: readonly string[]): string => ids.map((id) => `FILL(${id}, 0)`).join(" + ");
/** A sum inside of a product. */
const whole = (ids: readonly string[]): string => (ids.length === 1 ? sum(ids) : `(${sum(ids)})`);
/** What is divided by is not zero where it is asked. */
const divisor = (ids: readonly string[]): string => (ids.length === 1 ? ids.join("") : whole(ids));

function errorsAlarm(route: string): Alarm {
  return {
    what: "errors",
    says: `${errors.percent} % of the requests to ${route} or more end with a 5xx`,
    measures: [requests, { id: "failed", metricName: "HTTPCode_Target_5XX_Count", stat: "Sum" }],
    label: "Percent of requests that failed",
    expression: (asked = [], failed = []) =>
      `IF(${sum(asked)} >= ${errors.requests}, 100 * ${whole(failed)} / ${divisor(asked)}, 0)`,
    threshold: errors.percent,
    minutes: badMinutes,
  };
}

function unhealthyAlarm(route: string, unhealthyAfter: number): Alarm {
  return {
    what: "unhealthy",
    says: `a task of ${route} fails the load balancer's check`,
    measures: [{ id: "unhealthy", metricName: "UnHealthyHostCount", stat: "Maximum" }],
    label: "Tasks that fail their check",
    expression: (unhealthy = []) => sum(unhealthy),
    threshold: 1,
    minutes: Math.ceil(unhealthyAfter / 60) + badMinutes,
  };
}

function latencyAlarm(route: string, seconds: number, groups: number): Alarm {
  return {
    what: "latency",
    says: `a tenth of the requests to ${route} take ${seconds} s or longer`,
    measures: [requests, { id: "slow", metricName: "TargetResponseTime", stat: "p90" }],
    label: "Seconds that a tenth of the requests take, or longer",
    expression: (asked = [], slow = []) => {
      const slowest = groups === 1 ? sum(slow) : `MAX([${slow.map((id) => `FILL(${id}, 0)`).join(", ")}])`;
      return `IF(${sum(asked)} >= ${errors.requests}, ${slowest}, 0)`;
    },
    threshold: seconds,
    minutes: badMinutes,
  };
}

function createAlarm(
  route: string,
  port: PublicPort,
  { what, says, measures, label, expression, threshold, minutes }: Alarm,
  { scope, service, loadBalancer }: DeploymentAlarmsArgs,
  parent: pulumi.Resource,
): MetricAlarm {
  const all = measures.map(({ id, metricName, stat }) =>
    port.targetGroupArnSuffixes.map((TargetGroup, index) => ({
      id: index === 0 ? id : `${id}${index}`,
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName,
        dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup },
        period: 60,
        stat,
      },
    })),
  );
  return new MetricAlarm(
    `${route}-${what}`,
    {
      name: scope.name("alarm", route, what),
      alarmDescription: says,
      metricQueries: [
        ...all.flat(),
        {
          id: "share",
          label,
          expression: expression(...all.map((queries) => queries.map(({ id }) => id))),
          returnData: true,
        },
      ],
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold,
      evaluationPeriods: minutes,
      treatMissingData: "notBreaching",
      tags: scope.tags(service),
    },
    { parent },
  );
}
