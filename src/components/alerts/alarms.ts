/** Alarms that people are notified of: services short of tasks, stores that fill up. */
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ContainerService, DatabaseService, Service } from "../../model/project";
import { leastStorage } from "../../stores/limits";
import { isDatabase } from "../../stores/rds";
import { hasMemoryAlarm } from "../stores/redis";
import { startCount } from "../service/replacement";
import type { Cluster } from "../stack/cluster";
import type { Scope } from "../stack/scope";

/** Minutes in a row that a service has fewer tasks than it is to have: a deployment that stops a task first takes some. */
const shortFor = 15;

/** Percent of the storage of a database that is left when people are notified. */
const storageLeft = 10;

/**
 * RDS lets storage grow where a tenth or less has been free for five minutes, and not within six hours of the last time
 * (RDS User Guide, Managing capacity automatically with storage autoscaling): so many periods of five minutes.
 */
const storagePeriods = { fixed: 3, growing: 12 };

export interface ShortAlarmArgs {
  readonly service: ContainerService;
  readonly scope: Scope;
  readonly cluster: Cluster;
  /** As `berth scale` has set it. @default as the file says */
  readonly scaled?: number;
}

/**
 * ECS sends a sample of each running task and minute, and nothing where none runs (ECS Developer Guide, Amazon ECS
 * CloudWatch metrics; `SampleCount` as the number of running tasks is in earlier versions of its page "Amazon ECS
 * service utilization metrics"). Where ECS should count more than one sample of a task, the alarm still reports a service of
 * which no task runs.
 *
 * @returns its name; `undefined` where ECS keeps no task running
 */
export function shortAlarm(
  { service, scope, cluster, scaled }: ShortAlarmArgs,
  parent: pulumi.Resource,
): string | undefined {
  if (service.lifecycle !== "service") return undefined;
  const wanted = startCount({ service, scope, ...definedOnly({ scaled }) });
  if (wanted === 0) return undefined;
  // What scaling adds, it may take away; a service that has less than its least has lost tasks.
  const least = service.autoscaling === undefined ? wanted : Math.max(service.autoscaling.min, 1);
  const name = scope.name("alarm", service.name, "short");
  new MetricAlarm(
    `${service.name}-short`,
    {
      name,
      alarmDescription: `${service.name} has had fewer than ${count(least, "task")} for ${shortFor} minutes; after berth stop that is as it should be`,
      namespace: "AWS/ECS",
      metricName: "CPUUtilization",
      dimensions: { ClusterName: cluster.name, ServiceName: scope.name("service", service.name) },
      statistic: "SampleCount",
      period: 60,
      evaluationPeriods: shortFor,
      threshold: least,
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "breaching",
      tags: scope.tags(service.name),
    },
    { parent },
  );
  return name;
}

function count(number: number, noun: string): string {
  return number === 1 ? `${number} ${noun}` : `${number} ${noun}s`;
}

/**
 * CloudWatch has the free bytes of a database (RDS User Guide, Amazon CloudWatch metrics for Amazon RDS: FreeStorageSpace).
 *
 * @returns its name
 */
export function storageAlarm(service: DatabaseService, scope: Scope, parent: pulumi.Resource): string {
  const { name, storage = leastStorage, maxStorage } = service;
  const alarm = scope.name("alarm", name, "storage");
  new MetricAlarm(
    `${name}-storage`,
    {
      name: alarm,
      alarmDescription: `${name} has less than ${storageLeft} % of ${storage} GiB of storage left; a database without any stops`,
      namespace: "AWS/RDS",
      metricName: "FreeStorageSpace",
      dimensions: { DBInstanceIdentifier: scope.name("databaseInstance", name) },
      statistic: "Minimum",
      period: 300,
      evaluationPeriods: maxStorage === undefined ? storagePeriods.fixed : storagePeriods.growing,
      threshold: Math.round((storage * 2 ** 30 * storageLeft) / 100),
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "notBreaching",
      tags: scope.tags(name),
    },
    { parent },
  );
  return alarm;
}

export interface AlarmsArgs {
  readonly services: readonly Service[];
  readonly scope: Scope;
  readonly cluster: Cluster;
  /** By service: numbers of tasks that hold in the place of the file's. */
  readonly scaled?: Readonly<Record<string, number>>;
}

/**
 * The alarms of every service that can have one.
 *
 * @returns the names of them, and of those on the memory of caches
 */
export function createAlarms(
  { services, scope, cluster, scaled }: AlarmsArgs,
  parent: pulumi.Resource,
): readonly string[] {
  return services.flatMap((service) => {
    const { name } = service;
    if (service.kind === "container")
      return (
        shortAlarm({ service, scope, cluster, ...definedOnly({ scaled: scaled?.[name] }) }, parent) ?? []
      );
    if (isDatabase(service)) return storageAlarm(service, scope, parent);
    return hasMemoryAlarm(service, true) ? scope.name("alarm", name, "memory") : [];
  });
}
