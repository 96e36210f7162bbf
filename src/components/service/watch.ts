/** A service of ECS as the program waits for it: followed from its creation or change until it is steady. */
import type { Service as EcsService } from "@pulumi/aws/ecs/service";
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService as ServiceModel } from "../../model/project";
import { definedOnly } from "../../defined";
import type { ServiceWatch, ShiftRequest } from "../../ports";
import type { Cluster } from "../stack/cluster";
import type { ServiceTest, ShiftingStrategy } from "./shifting";

export interface WatchedServiceArgs {
  readonly service: ServiceModel;
  readonly cluster: Cluster;
  readonly watch: ServiceWatch;
  /** URNs that the run is restricted to: a service that is not among them is not followed. @default all */
  readonly targets?: readonly string[];
  /** Whether its capacity is Spot, all of it or a part. */
  readonly spot: boolean;
  /** Whether an earlier run has moved it off Spot: so it stays where this run does not follow it. */
  readonly moved: boolean;
  readonly ecsService: EcsService;
  readonly taskDefinition: TaskDefinition;
  /** Whether a load balancer checks it. */
  readonly balanced: boolean;
  /** Whether rules of a load balancer wait for its healthy tasks. */
  readonly awaited: boolean;
  /** Percent of its tasks that may run during a deployment. */
  readonly maximumPercent: number;
  /** Where it answers, as far as AWS has reported it by now: a distribution's name may come minutes after its tasks. */
  readonly urls: () => readonly string[];
  /** How ECS moves its requests. @default it does not */
  readonly shift?: Omit<ShiftingStrategy, "test"> & { readonly test?: ServiceTest | undefined };
}

/** A rule that leads to a port's tasks, or a network listener. */
export interface PortRule {
  readonly rule: pulumi.Resource & { readonly arn: pulumi.Output<string> };
  readonly targetGroupArn: pulumi.Output<string>;
  /** Names of all target groups that the port has had. */
  readonly groups: readonly string[];
}

/** The service, once it is as far as a dependency's condition asks. */
export interface WatchedService {
  /** Once a task of it runs: for `condition: service_started`. */
  started(): pulumi.Input<pulumi.Resource>;
  /** Once it is steady: for `condition: service_healthy`, and for the end of the run. */
  readonly steady: pulumi.Output<EcsService>;
  /** Once its new tasks are healthy behind the load balancer: for the rules that lead there. */
  readonly healthy: pulumi.Output<EcsService>;
  /**
   * What runs from before may go.
   * @param leading - the rules that lead to the new tasks
   */
  release(leading: readonly PortRule[]): pulumi.Output<void>;
  /** Whether it is steady on demand alone, though its capacity is Spot's too. */
  readonly onDemand: pulumi.Output<boolean>;
}

/** In a preview nothing is followed: the service itself is both. */
export function watchService(args: WatchedServiceArgs): WatchedService {
  const { watch, ecsService } = args;
  if (pulumi.runtime.isDryRun()) {
    return {
      started: () => ecsService,
      steady: pulumi.output(ecsService),
      onDemand: pulumi.output(false),
      healthy: pulumi.output(ecsService),
      release: () => pulumi.output(undefined),
    };
  }
  const key = followed(args);
  const onDemand = key.apply(async (found) =>
    found === undefined ? args.spot && args.moved : (await watch.steady(found)).onDemand,
  );
  return {
    // An output that nobody waits for would reject unheard.
    started: () =>
      key
        .apply(async (found) => {
          if (found !== undefined) await watch.started(found);
        })
        .apply(() => ecsService),
    steady: onDemand.apply(() => ecsService),
    healthy: key
      .apply(async (found) => {
        if (found !== undefined) await watch.healthy(found);
      })
      .apply(() => ecsService),
    release: (leading) =>
      pulumi
        .output({ key, rules: leading.map(({ rule, ...rest }) => ({ arn: rule.arn, ...rest })) })
        .apply(async ({ key: found, rules }) => {
          if (found !== undefined) await watch.release(found, rules);
        }),
    onDemand,
  };
}

function shiftOf({ strategy, percent, bake }: Omit<ShiftingStrategy, "test">): ShiftRequest {
  return { strategy, percent, bake };
}

/** The key under which its watch follows the service; `undefined` where the run is about others. */
function followed(args: WatchedServiceArgs) {
  const { service, cluster, watch, targets, ecsService, taskDefinition } = args;
  return pulumi
    .output({
      urn: ecsService.urn,
      // Known when the service itself is made or changed, not before.
      id: ecsService.id,
      serviceName: ecsService.name,
      clusterArn: cluster.arn,
      taskDefinitionArn: taskDefinition.arn,
      logGroupName: cluster.logGroupName,
      test: args.shift?.test,
    })
    .apply(({ urn, id: _id, test, ...placement }) => {
      if (targets !== undefined && !targets.includes(urn)) return undefined;
      const healthCommand = service.healthcheck?.command;
      return watch.follow({
        ...placement,
        service: service.name,
        checked: args.balanced || healthCommand !== undefined,
        spot: args.spot,
        awaited: args.awaited,
        maximumPercent: args.maximumPercent,
        ...(args.shift === undefined ? {} : { shift: { ...shiftOf(args.shift), ...definedOnly({ test }) } }),
        urls: args.urls,
        ...(healthCommand === undefined ? {} : { healthCommand }),
      });
    });
}
