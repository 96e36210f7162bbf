/** What a service's tasks are registered with, once ECS is ready for the change. */
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ServiceWatch } from "../../ports";
import type { ContainerTaskArgs } from "./container-task";
import type { Replacement } from "./replacement";
import type { ServiceTest } from "./shifting";
import type { PublishArgs, ServiceShift, ServiceTarget } from "./targets";

/** What is read of the service's own arguments. */
interface BalancedArgs
  extends Pick<ContainerTaskArgs, "scope" | "service" | "cluster">, Pick<PublishArgs, "balancing"> {
  readonly watch: ServiceWatch;
  readonly targets?: readonly string[];
}

interface BalancedContainer {
  readonly targetGroupArn: pulumi.Output<string>;
  readonly containerName: string;
  readonly containerPort: number;
  readonly advancedConfiguration?: ServiceShift;
}

export interface BalancedChange {
  readonly targets: readonly ServiceTarget[];
  readonly replaced: Replacement;
  /** Whether rules wait for the service's tasks. */
  readonly awaited: boolean;
  /** What a one-off task of the new revision has to run before the update. @default nothing */
  readonly test?: ServiceTest;
}

export interface Balanced {
  readonly loadBalancers: BalancedContainer[];
  /** The task definition, once ECS is ready to run it. */
  readonly taskDefinitionArn: pulumi.Output<string>;
}

/**
 * The service's `loadBalancers` and its task definition. Of a service that exists already they are known only when it has been prepared for
 * them (`ServiceWatch.prepare`), so that the engine changes it after that and not before.
 */
export function balancedTargets(
  args: BalancedArgs,
  taskDefinition: TaskDefinition,
  change: BalancedChange,
): Balanced {
  const { service } = args;
  const { targets, test } = change;
  const prepared = isPrepared(args, change) ? prepare(args, taskDefinition, change) : undefined;
  const { arn } = taskDefinition;
  const loadBalancers = targets.map(({ targetGroupArn: arn, containerPort, shift }, index) => ({
    targetGroupArn:
      prepared === undefined
        ? pulumi.output(arn)
        : pulumi.all([arn, prepared]).apply(([known, groups]) => groups[index] ?? known),
    containerName: service.name,
    containerPort,
    ...(shift === undefined ? {} : { advancedConfiguration: shift }),
  }));
  const tested =
    prepared === undefined || test === undefined ? arn : pulumi.all([arn, prepared]).apply(first);
  return { loadBalancers, taskDefinitionArn: tested };
}

function first<T>([one]: readonly [T, ...unknown[]]): T {
  return one;
}

/** A run that is restricted to other resources leaves the service alone. */
function isPrepared({ service, balancing, targets }: BalancedArgs, change: BalancedChange): boolean {
  if (pulumi.runtime.isDryRun()) return false;
  if (change.targets.length === 0 && change.test === undefined) return false;
  if (balancing?.targets.has(service.name) !== true) return false;
  return targets?.some((urn) => urn.endsWith(`aws:ecs/service:Service::${service.name}`)) ?? true;
}

function prepare(
  { scope, service, cluster, watch, balancing }: BalancedArgs,
  taskDefinition: TaskDefinition,
  change: BalancedChange,
): pulumi.Output<readonly string[]> {
  const { targets, replaced, awaited, test } = change;
  const ready = targets.flatMap((target) => target.ready.map(({ urn }) => urn));
  const wanted = targets.map(({ targetGroupArn, containerPort, shift }) => ({
    targetGroupArn,
    containerPort,
    ...(shift === undefined ? {} : { shift }),
  }));
  return pulumi
    .output({
      clusterArn: cluster.arn,
      logGroupName: cluster.logGroupName,
      taskDefinitionArn: taskDefinition.arn,
      targets: wanted,
      ready,
      test,
    })
    .apply(({ ready: _ready, test: wantedTest, ...known }) =>
      watch.prepare({
        service: service.name,
        serviceName: scope.name("service", service.name),
        ...known,
        before: balancing?.targets.get(service.name) ?? [],
        awaited,
        rules: balancing?.leading ?? [],
        maximumPercent: replaced.deploymentMaximumPercent,
        ...definedOnly({ test: wantedTest }),
      }),
    );
}
