/** What a service's tasks are registered with, once ECS is ready for the change. */
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceWatch } from "../../ports";
import type { ContainerTaskArgs } from "./container-task";
import type { Replacement } from "./replacement";
import type { PublishArgs, ServiceTarget } from "./targets";

/** What is asked of the service's own arguments. */
interface BalancedArgs
  extends Pick<ContainerTaskArgs, "scope" | "service" | "cluster">, Pick<PublishArgs, "balancing"> {
  readonly watch: ServiceWatch;
  readonly targets?: readonly string[];
}

interface BalancedContainer {
  readonly targetGroupArn: pulumi.Input<string>;
  readonly containerName: string;
  readonly containerPort: number;
}

export interface BalancedChange {
  readonly targets: readonly ServiceTarget[];
  readonly replaced: Replacement;
  /** Whether rules wait for the service's tasks. */
  readonly awaited: boolean;
}

/**
 * The service's `loadBalancers`. Of a service that exists already they are known only when it has been prepared for
 * them (`ServiceWatch.prepare`), so that the engine changes it after that and not before.
 */
export function balancedTargets(
  args: BalancedArgs,
  taskDefinition: TaskDefinition,
  change: BalancedChange,
): BalancedContainer[] {
  const { service } = args;
  const { targets } = change;
  const prepared = isPrepared(args, targets) ? prepare(args, taskDefinition, change) : undefined;
  return targets.map(({ targetGroupArn: arn, containerPort }) => ({
    targetGroupArn: prepared === undefined ? arn : pulumi.all([arn, prepared]).apply(([known]) => known),
    containerName: service.name,
    containerPort,
  }));
}

/** A run that is restricted to other resources leaves the service alone. */
function isPrepared({ service, balancing, targets }: BalancedArgs, own: readonly ServiceTarget[]): boolean {
  if (pulumi.runtime.isDryRun() || own.length === 0) return false;
  if (balancing?.targets.has(service.name) !== true) return false;
  return targets?.some((urn) => urn.endsWith(`aws:ecs/service:Service::${service.name}`)) ?? true;
}

function prepare(
  { scope, service, cluster, watch, balancing }: BalancedArgs,
  taskDefinition: TaskDefinition,
  change: BalancedChange,
): pulumi.Output<void> {
  const { targets, replaced, awaited } = change;
  const ready = targets.flatMap((target) => target.ready.map(({ urn }) => urn));
  const wanted = targets.map(({ targetGroupArn, containerPort }) => ({ targetGroupArn, containerPort }));
  return pulumi
    .output({
      clusterArn: cluster.arn,
      logGroupName: cluster.logGroupName,
      taskDefinitionArn: taskDefinition.arn,
      targets: wanted,
      ready,
    })
    .apply(({ ready: _ready, ...known }) =>
      watch.prepare({
        service: service.name,
        serviceName: scope.name("service", service.name),
        ...known,
        before: balancing?.targets.get(service.name) ?? [],
        awaited,
        leading: (balancing?.groups ?? []).filter(({ leadsAlone }) => leadsAlone).map(({ name }) => name),
        // Where the old tasks stop before the new ones start, they would never start.
        keep: replaced.deploymentMaximumPercent > 100,
      }),
    );
}
