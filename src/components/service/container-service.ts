/** A compose service that ECS keeps running. */
import { Service as EcsService } from "@pulumi/aws/ecs/service";
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ContainerService as ServiceModel, Rollout } from "../../model/project";
import { writesVolume } from "../../model/volumes";
import type { ServiceWatch } from "../../ports";
import { Autoscaling, taskRange } from "./autoscaling";
import { containerTask, type ContainerTaskArgs } from "./container-task";
import { takesExec } from "./exec-access";
import { DeploymentAlarms } from "./deployment-alarms";
import type { Network } from "../network/network";
import { aliasName, containerName, type PrivateDns } from "../network/private-dns";
import type { PublicPort } from "../public/port";
import { publish, publishNetwork, targetsOf, type PublishArgs, type ServiceTarget } from "./targets";
import { watchService, type Standing } from "./watch";

export interface ContainerServiceArgs extends ContainerTaskArgs, PublishArgs {
  readonly network: Network;
  readonly dns: PrivateDns;
  /** The groups by which it is let in, besides the project's own: of its networks, its databases and its volumes. */
  readonly groupIds: readonly pulumi.Input<string>[];
  /** What has to stand before its first task: what `depends_on` names, the rules of networks. The image is not held up by it. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
  /** Follows the service until it is steady. */
  readonly watch: ServiceWatch;
  /** URNs that the run is restricted to. @default all */
  readonly targets?: readonly string[];
  /** Services that an earlier run has moved off Spot. @default none */
  readonly moved?: readonly string[];
  /** The number of its tasks by `berth scale`. @default the file's and the mode's */
  readonly scaled?: number;
}

/** Task definition, role, name and service; a URL for each published port. */
export class ContainerService extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** One for each port that is published over HTTP, in the file's order, then one for each other published port. */
  readonly urls: readonly pulumi.Output<string>[];
  /** The container ports that are published over HTTP. */
  readonly publishedPorts: readonly number[];
  /** Whether its image's own words count: its size, its check, the content of its volumes. */
  readonly imageDefaults: boolean;
  /** The URLs of ports that are published as TCP or UDP, by the names of their routes. */
  readonly networkUrls: ReadonlyMap<string, pulumi.Output<string>>;
  /** What depends on this service waits for it. */
  readonly standing: Standing;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:ContainerService", name, {}, opts);
    const { scope, service, dns } = args;
    const taskDefinition = containerTask(args, this);
    const publicPorts = publish(args, this);
    const registry = containerName({ scope, dns, service: service.name }, this);
    for (const alias of service.aliases) {
      aliasName(alias, { scope, dns, service: service.name, target: `${service.name}.${dns.domain}` }, this);
    }
    this.taskDefinitionArn = taskDefinition.arn;
    const networkPorts = publishNetwork(args, this);
    this.networkUrls = new Map([...networkPorts].map(([route, port]) => [route, port.url]));
    this.urls = [...publicPorts.map((port) => port.url), ...this.networkUrls.values()];
    this.imageDefaults = args.service.older !== true;
    this.publishedPorts = args.routes.map(({ port }) => port.target);
    const targets = targetsOf(args, publicPorts, [...networkPorts.values()]);
    const ecsService = createService(args, taskDefinition, { targets, publicPorts }, registry.arn, this);
    scale(args, ecsService, publicPorts[0], this);
    const { cluster, watch, targets: restricted, moved = [] } = args;
    const balanced = targets.length > 0;
    const watched = {
      service,
      cluster,
      watch,
      ecsService,
      taskDefinition,
      balanced,
      spot: cluster.hasSpot(service),
      moved: moved.includes(service.name),
      ...definedOnly({ targets: restricted }),
    };
    this.standing = watchService(watched);
    // The run waits for the outputs, and with them for a service that nothing else waits for.
    const steadyArn = pulumi.all([taskDefinition.arn, this.standing.steady]).apply(([arn]) => arn);
    this.registerOutputs({ taskDefinitionArn: steadyArn, urls: this.urls });
  }
}

function createService(
  args: ContainerServiceArgs,
  taskDefinition: TaskDefinition,
  {
    targets,
    publicPorts,
  }: {
    readonly targets: readonly ServiceTarget[];
    readonly publicPorts: readonly PublicPort[];
  },
  registryArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): EcsService {
  const { scope, service, cluster, network } = args;
  const desiredCount = startCount(args);
  return new EcsService(
    service.name,
    {
      name: scope.name("service", service.name),
      cluster: cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount,
      capacityProviderStrategies: cluster.capacityOf(service).map((share) => ({ ...share })),
      // The strategy of a running service changes with a new deployment only; without one the service is replaced.
      forceNewDeployment: true,
      ...replacement(args, desiredCount),
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...alarms(args, publicPorts, parent),
      // The provider's wait tells of nothing but its own time limit: a ServiceWatch follows the service.
      waitForSteadyState: false,
      enableEcsManagedTags: true,
      enableExecuteCommand: takesExec(service, scope),
      propagateTags: "SERVICE",
      networkConfiguration: {
        subnets: network.workloadSubnetIds,
        securityGroups: [cluster.securityGroupId, ...args.groupIds],
        assignPublicIp: false,
      },
      serviceRegistries: { registryArn },
      loadBalancers: targets.map(({ targetGroupArn, containerPort }) => ({
        targetGroupArn,
        containerName: service.name,
        containerPort,
      })),
      ...(targets.length === 0 ? {} : { healthCheckGracePeriodSeconds: gracePeriod(service) }),
      tags: scope.tags(service.name),
    },
    {
      parent,
      dependsOn: [...cluster.ready, args.dns.ready, ...targets.flatMap(({ ready }) => ready), ...args.after],
      // A deployment must not undo what autoscaling has done meanwhile.
      ...(service.autoscaling === undefined ? {} : { ignoreChanges: ["desiredCount"] }),
    },
  );
}

/**
 * The tasks that a new service starts with. The mode's least number is for services that bear it: two databases on one
 * volume would destroy it, so a service that writes to a volume has as many tasks as the file says.
 */
function startCount({ service, scope, scaled }: ContainerServiceArgs): number {
  if (scaled !== undefined) return scaled;
  if (service.replicas === 0) return 0;
  if (service.autoscaling !== undefined)
    return Math.max(service.replicas, taskRange(service.autoscaling, scope).min);
  return writesVolume(service) ? service.replicas : Math.max(service.replicas, scope.mode.minimumReplicas);
}

interface Replacement {
  readonly availabilityZoneRebalancing: "ENABLED" | "DISABLED";
  readonly deploymentMinimumHealthyPercent: number;
  readonly deploymentMaximumPercent: number;
}

/**
 * How a deployment replaces the tasks. The one task that writes to a volume stops before the new one starts, unless
 * the file asks for the other order; so does the one on an instance with a GPU where the mode bears it, for a second
 * instance would be started for some minutes.
 */
function replacement({ service, scope: { mode } }: ContainerServiceArgs, count: number): Replacement {
  const { rollout } = service;
  const reused = service.gpus !== undefined && mode.minimumHealthyPercent === 0;
  if (rollout?.order === undefined && count <= 1 && (writesVolume(service) || reused)) return inTurn(100, 0);
  const least = count > 1 ? Math.max(50, mode.minimumHealthyPercent) : mode.minimumHealthyPercent;
  return rollout === undefined ? inTurn(200, least) : inOrder(rollout, Math.max(count, 1), least);
}

/**
 * ECS balances tasks between zones where a new one may start before an old one stops, and not otherwise. Its own default
 * is the same at a service's creation, but an update that leaves it out keeps what was (terraform-provider-aws #43577),
 * and ECS refuses what then doesn't fit.
 */
function inTurn(most: number, least: number): Replacement {
  return {
    availabilityZoneRebalancing: most > 100 ? "ENABLED" : "DISABLED",
    deploymentMinimumHealthyPercent: least,
    deploymentMaximumPercent: most,
  };
}

/**
 * The file's order and parallelism in percent of the tasks, which ECS rounds up for those that stay and down for
 * those that run at most (ECS API reference, DeploymentConfiguration). Where tasks stop first and the file says no number
 * it is one at a time, as with Docker (docker/cli, compose/convert/service.go, convertUpdateConfig): all at once would
 * leave nobody to answer.
 */
function inOrder({ order, parallelism }: Rollout, count: number, least: number): Replacement {
  const usual = order === "stop-first" ? 1 : 0;
  const together = Math.min((parallelism ?? usual) || count, count);
  const stay = Math.floor((100 * (count - together)) / count);
  const most = Math.ceil((100 * (count + together)) / count);
  if (order === "start-first") return inTurn(most, 100);
  return order === "stop-first" ? inTurn(100, stay) : inTurn(most, Math.max(least, stay));
}

/** Nothing where the mode has none, or nobody but other services asks the service. */
function alarms(
  { scope, service, routes, loadBalancer }: ContainerServiceArgs,
  publicPorts: readonly PublicPort[],
  parent: pulumi.Resource,
): object {
  if (!scope.mode.deploymentAlarms || loadBalancer === undefined || publicPorts.length === 0) return {};
  const ports = new Map(publicPorts.map((port, index) => [routes[index]?.name ?? service.name, port]));
  const { names } = new DeploymentAlarms(
    `${service.name}-alarms`,
    { scope, service: service.name, loadBalancer, ports },
    { parent },
  );
  return { alarms: { enable: true, rollback: true, alarmNames: names } };
}

function scale(
  args: ContainerServiceArgs,
  ecsService: EcsService,
  publicPort: PublicPort | undefined,
  parent: pulumi.Resource,
): void {
  const { scope, cluster, service, loadBalancer } = args;
  const { autoscaling } = service;
  if (autoscaling === undefined) return;
  new Autoscaling(
    `${service.name}-autoscaling`,
    {
      scope,
      cluster,
      service: service.name,
      serviceName: ecsService.name,
      range: taskRange(autoscaling, scope),
      autoscaling,
      ...definedOnly({ loadBalancer, publicPort }),
    },
    { parent },
  );
}

/**
 * Seconds in which the load balancer's verdict on a new task does not count: its start period, and the checks that
 * it takes to become healthy. Without a check in the file, a minute.
 */
function gracePeriod({ healthcheck }: ServiceModel): number {
  if (healthcheck === undefined) return 60;
  return healthcheck.startPeriod + 2 * healthcheck.interval;
}
