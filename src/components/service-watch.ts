/** A service of ECS as the program waits for it: followed from its creation or change until it is steady. */
import type { Service as EcsService } from "@pulumi/aws/ecs/service";
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService as ServiceModel } from "../project/model";
import type { ServiceWatch } from "../ports";
import type { Cluster } from "./cluster";

export interface WatchedServiceArgs {
  readonly service: ServiceModel;
  readonly cluster: Cluster;
  readonly watch: ServiceWatch;
  /** URNs that the run is restricted to: a service that is not among them is not followed. @default all */
  readonly targets?: readonly string[];
  readonly ecsService: EcsService;
  readonly taskDefinition: TaskDefinition;
  /** Whether a load balancer checks it. */
  readonly balanced: boolean;
}

/** The service, once it stands as far as a dependency's condition asks. */
export interface Standing {
  /** Once a task of it runs: for `condition: service_started`. */
  started(): pulumi.Input<pulumi.Resource>;
  /** Once it is steady: for `condition: service_healthy`, and for the end of the run. */
  readonly steady: pulumi.Output<EcsService>;
}

/** In a preview nothing is followed: the service itself stands for both. */
export function watchService(args: WatchedServiceArgs): Standing {
  const { service, cluster, watch, targets, ecsService, taskDefinition } = args;
  if (pulumi.runtime.isDryRun()) return { started: () => ecsService, steady: pulumi.output(ecsService) };
  const key = pulumi
    .output({
      urn: ecsService.urn,
      // Known when the service itself is made or changed, not before.
      id: ecsService.id,
      serviceName: ecsService.name,
      clusterArn: cluster.arn,
      taskDefinitionArn: taskDefinition.arn,
      logGroupName: cluster.logGroupName,
    })
    .apply(({ urn, id: _id, ...placement }) => {
      if (targets !== undefined && !targets.includes(urn)) return undefined;
      const healthCommand = service.healthcheck?.command;
      return watch.follow({
        ...placement,
        service: service.name,
        checked: args.balanced || healthCommand !== undefined,
        ...(healthCommand === undefined ? {} : { healthCommand }),
      });
    });
  const once = (condition: (found: string) => Promise<void>): pulumi.Output<EcsService> =>
    key
      .apply(async (found) => {
        if (found !== undefined) await condition(found);
      })
      .apply(() => ecsService);
  return {
    // An output that nobody waits for would reject unheard.
    started: () => once((found) => watch.started(found)),
    steady: once((found) => watch.steady(found)),
  };
}
