/** A compose service that ECS keeps running. */
import { Service as EcsService } from "@pulumi/aws/ecs/service";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ContainerService as ServiceModel } from "../../model/project";
import type { StrategyRequest } from "../../model/strategy";
import type { ServiceWatch } from "../../ports";
import { Autoscaling, taskRange } from "./autoscaling";
import { containerTask, type ContainerTaskArgs } from "./container-task";
import { takesExec } from "./exec-access";
import { DeploymentAlarms, hasAlarms } from "./deployment-alarms";
import { asAnyKind, containerKinds } from "./kinds";
import type { Network } from "../network/network";
import { aliasName, containerName, type PrivateDns } from "../network/private-dns";
import type { PublicPort } from "../public/port";
import { balancedTargets, type Balanced, type BalancedChange } from "./prepared";
import { leadPorts, publish, publishNetwork, targetsOf, type PublishArgs } from "./targets";
import { replacement, startCount } from "./replacement";
import { chooseStrategy, deploymentConfiguration, shiftingRole, strategyNow } from "./strategy";
import type { ServiceTest, ShiftingStrategy } from "./shifting";
import { watchService, type WatchedService } from "./watch";

export interface ContainerServiceArgs extends ContainerTaskArgs, PublishArgs {
  readonly network: Network;
  readonly dns: PrivateDns;
  /** The groups by which it is let in, besides the project's own: of its networks, its databases and its volumes. */
  readonly groupIds: readonly pulumi.Input<string>[];
  /** What has to exist before its first task: what `depends_on` names, the rules of networks. The image does not wait for it. */
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
  /** What the user should know of how its requests move to a new revision. @default nothing */
  readonly rolloutNote: string | undefined;
  /** Why its deployments are not as its file asks. @default they are */
  readonly rolloutWarning: string | undefined;
  /** The URLs of ports that are published as TCP or UDP, by the names of their routes. */
  readonly networkUrls: ReadonlyMap<string, pulumi.Output<string>>;
  /** What depends on this service waits for it. */
  readonly watched: WatchedService;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(containerKinds.service, name, {}, asAnyKind(containerKinds.service, opts));
    const { scope, service, dns } = args;
    const taskDefinition = containerTask({ ...args, keepsRevisions: true }, this);
    const chosen = chooseStrategy(args);
    const publicPorts = publish(args, chosen.shifting !== undefined, this);
    const { shifting, note, warning } = strategyNow(chosen, service.name, publicPorts);
    this.rolloutNote = note;
    this.rolloutWarning = warning;
    const registry = containerName({ scope, dns, service: service.name }, this);
    for (const alias of service.aliases) {
      aliasName(alias, { scope, dns, service: service.name, target: `${service.name}.${dns.domain}` }, this);
    }
    this.taskDefinitionArn = taskDefinition.arn;
    const networkPorts = publishNetwork(args, this);
    this.networkUrls = new Map([...networkPorts].map(([route, port]) => [route, port.url]));
    const urls = [...publicPorts.map((port) => port.url), ...this.networkUrls.values()];
    const known: string[] = [];
    this.urls = urls.map((url, at) => url.apply((text) => (known[at] = text)));
    this.imageDefaults = args.service.older !== true;
    this.publishedPorts = args.routes.map(({ port }) => port.target);
    const ports = [...publicPorts, ...networkPorts.values()];
    const role = shifting && shiftingRole(service.name, scope, publicPorts, this);
    const targets = targetsOf(args, publicPorts, [...networkPorts.values()], role);
    const replaced = replacement(args, startCount(args));
    const awaited = ports.some(({ waits }) => waits);
    const test = testOf(args, shifting ?? service.strategy);
    const balanced = balancedTargets(args, taskDefinition, {
      targets,
      replaced,
      awaited,
      ...(shifting === undefined ? definedOnly({ test }) : {}),
    });
    const given = { targets, balanced, publicPorts, replaced, shifting };
    const ecsService = createService(args, given, registry.arn, this);
    scale(args, ecsService, publicPorts[0], this);
    const { cluster, watch, targets: restricted, moved = [] } = args;
    const watched = {
      service,
      cluster,
      watch,
      ecsService,
      taskDefinition,
      balanced: targets.length > 0,
      awaited,
      maximumPercent: replaced.deploymentMaximumPercent,
      // Those that AWS has reported: the others leave holes.
      urls: () => known.flat(),
      ...(shifting === undefined ? {} : { shift: { ...shifting, test } }),
      spot: cluster.hasSpot(service),
      moved: moved.includes(service.name),
      ...definedOnly({ targets: restricted }),
    };
    this.watched = watchService(watched);
    // The run waits for the outputs, and with them for a service that nothing else waits for.
    const groupOf = (index: number) => balanced.loadBalancers[index]?.targetGroupArn ?? pulumi.output("");
    const released = this.watched.release(leadPorts(ports, args, this.watched.healthy, groupOf));
    const steadyArn = pulumi.all([taskDefinition.arn, this.watched.steady, released]).apply(([arn]) => arn);
    this.registerOutputs({ taskDefinitionArn: steadyArn, urls: this.urls });
  }
}

interface ServiceChange extends Pick<BalancedChange, "targets" | "replaced"> {
  readonly balanced: Balanced;
  readonly publicPorts: readonly PublicPort[];
  readonly shifting: ShiftingStrategy | undefined;
}

/** The file's test, and where its task runs. */
function testOf(
  { network, cluster, groupIds }: ContainerServiceArgs,
  strategy: StrategyRequest | undefined,
): ServiceTest | undefined {
  if (strategy?.test === undefined) return undefined;
  return {
    command: strategy.test,
    subnetIds: network.workloadSubnetIds,
    securityGroupIds: pulumi.output([cluster.securityGroupId, ...groupIds]),
  };
}

function createService(
  args: ContainerServiceArgs,
  { publicPorts, targets, balanced, replaced, shifting }: ServiceChange,
  registryArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): EcsService {
  const { scope, service, cluster, network } = args;
  const wasShifted = args.balancing?.strategic.has(service.name) === true;
  return new EcsService(
    service.name,
    {
      name: scope.name("service", service.name),
      cluster: cluster.arn,
      taskDefinition: balanced.taskDefinitionArn,
      desiredCount: startCount(args),
      capacityProviderStrategies: cluster.capacityOf(service).map((share) => ({ ...share })),
      // The strategy of a running service changes with a new deployment only; without one the service is replaced.
      forceNewDeployment: true,
      ...replaced,
      ...deploymentConfiguration(shifting, wasShifted),
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...alarms(args, publicPorts, parent),
      // The provider's wait reports nothing but its own time limit: a ServiceWatch follows the service.
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
      loadBalancers: balanced.loadBalancers,
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

/** The file's, and the mode's where somebody asks the service through the load balancer; nothing where there are none. */
function alarms(
  { scope, service, routes, loadBalancer }: ContainerServiceArgs,
  publicPorts: readonly PublicPort[],
  parent: pulumi.Resource,
): object {
  // ECS takes names alone (ECS API reference, DeploymentAlarms).
  const given = (service.alarms ?? []).map((alarm) => alarm.replace(/^arn:.*?:alarm:/, ""));
  const made =
    hasAlarms(scope) && loadBalancer !== undefined && publicPorts.length > 0
      ? new DeploymentAlarms(
          `${service.name}-alarms`,
          {
            scope,
            service: service.name,
            loadBalancer,
            unhealthyAfter: gracePeriod(service),
            ports: new Map(publicPorts.map((port, index) => [routes[index]?.name ?? service.name, port])),
          },
          { parent },
        ).names
      : [];
  const alarmNames = [...made, ...given];
  return alarmNames.length === 0 ? {} : { alarms: { enable: true, rollback: true, alarmNames } };
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
