/** The services of a stack that runs, read and changed by ECS and Application Auto Scaling themselves. */
import { setTimeout as wait } from "node:timers/promises";
import type { ECS, Service } from "@aws-sdk/client-ecs";
import type {
  Revision,
  RunningService,
  ServiceChange,
  StackControl,
  StackIdentity,
  StoreView,
} from "../../ports";
import { definedOnly } from "../../defined";
import { stackResourceName } from "../../model/naming";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";
import { awsError, faultOf } from "../faults";
import { AwsStoreReader } from "./store-reader";
import { allPages } from "../pages";

/** Services of one DescribeServices call, and of one page of ListServices (ECS API reference). */
const batch = 10;
/** Resource ids of one DescribeScalableTargets call (Application Auto Scaling API reference). */
const targetsOfCall = 50;
/** Looks at a service until ECS shows what was requested, and milliseconds between two of them. */
const looks = { most: 10, every: 500 };

type Target = NonNullable<RunningService["autoscaling"]>;

export class EcsStackControl implements StackControl {
  constructor(private readonly clients: AwsClients) {}

  async services(stack: StackIdentity): Promise<readonly RunningService[] | undefined> {
    const cluster = stackResourceName(stack, "cluster", "cluster");
    const found = await askIfThere("deployment", cluster, ["ClusterNotFoundException"], async () => {
      const ecs = await this.clients.ecs();
      const { clusters = [] } = await ecs.describeClusters({ clusters: [cluster] });
      // One that was deleted goes on being known for a while, as INACTIVE.
      if (!clusters.some(({ status }) => status === "ACTIVE")) return undefined;
      return servicesOf(ecs, cluster);
    });
    if (found === undefined) return undefined;
    const targets = await this.#targets(cluster, found);
    return found
      .map((service) => runningOf(service, targets.get(service.serviceName ?? "")))
      .sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  async change({ service, name, clusterArn: cluster }: RunningService, change: ServiceChange): Promise<void> {
    await ask("deployment", `services.${service}`, async () => {
      const ecs = await this.clients.ecs();
      const { service: after } = await ecs.updateService({
        cluster,
        service: name,
        ...definedOnly({ desiredCount: change.tasks, taskDefinition: change.taskDefinitionArn }),
        ...(change.anew === true ? { forceNewDeployment: true } : {}),
      });
      // ECS may be a moment behind its own answers, and a look at what was before would be taken for the end.
      for (let look = 1; look <= looks.most; look += 1) {
        const { services = [] } = await ecs.describeServices({ cluster, services: [name] });
        const [seen] = services;
        if (primaryOf(seen)?.id === primaryOf(after)?.id && seen?.desiredCount === after?.desiredCount)
          return;
        await wait(looks.every);
      }
    });
  }

  async revision(service: string, taskDefinition: string): Promise<Revision | undefined> {
    try {
      const ecs = await this.clients.ecs();
      const { taskDefinition: found } = await ecs.describeTaskDefinition({ taskDefinition });
      const containers = found?.containerDefinitions ?? [];
      const own = containers.find(({ name }) => name === service) ?? containers[0];
      if (found === undefined || own === undefined) return undefined;
      return {
        arn: found.taskDefinitionArn ?? taskDefinition,
        active: found.status === "ACTIVE",
        image: own.image ?? "",
        ports: (own.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
        ...definedOnly({ healthCommand: own.healthCheck?.command }),
      };
    } catch (error) {
      // ECS has no code of its own for it: "Unable to describe task definition."
      const { code, message } = faultOf(error);
      if (code === "ClientException" && /unable to describe/i.test(message)) return undefined;
      throw awsError("deployment", `services.${service}`, error);
    }
  }

  async revisions(familyPrefix: string): Promise<readonly string[]> {
    return ask("deployment", familyPrefix, async () => {
      const ecs = await this.clients.ecs();
      const found = await allPages(async (nextToken) => {
        const of = { familyPrefix, status: "ACTIVE", sort: "DESC", nextToken } as const;
        const page = await ecs.listTaskDefinitions(of);
        return [page.taskDefinitionArns, page.nextToken];
      });
      // "familyPrefix" is a whole family's name (ECS API reference, ListTaskDefinitions); of others nothing is taken.
      return found.filter((arn) => new RegExp(`/${familyPrefix}:\\d+$`).test(arn));
    });
  }

  async suspend({ service, name, clusterArn }: RunningService, suspended: boolean): Promise<void> {
    await ask("deployment", `services.${service}`, async () => {
      const scaling = await this.clients.scaling();
      // What is left out stays as it is (Application Auto Scaling API reference, RegisterScalableTarget).
      await scaling.registerScalableTarget({
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceId: `service/${clusterArn.slice(clusterArn.lastIndexOf("/") + 1)}/${name}`,
        SuspendedState: {
          DynamicScalingInSuspended: suspended,
          DynamicScalingOutSuspended: suspended,
          ScheduledScalingSuspended: suspended,
        },
      });
    });
  }

  stores(stack: StackIdentity): Promise<readonly StoreView[]> {
    return new AwsStoreReader(this.clients).stores(stack);
  }

  async switchDatabase({ service, id }: StoreView, to: "stopped" | "started"): Promise<void> {
    await ask("deployment", `services.${service}`, async () => {
      const rds = await this.clients.rds();
      if (to === "stopped") await rds.stopDBInstance({ DBInstanceIdentifier: id });
      else await rds.startDBInstance({ DBInstanceIdentifier: id });
    });
  }

  async #targets(cluster: string, services: readonly Service[]): Promise<ReadonlyMap<string, Target>> {
    const ids = services.map(({ serviceName = "" }) => `service/${cluster}/${serviceName}`);
    const found = new Map<string, Target>();
    await ask("deployment", cluster, async () => {
      for (let first = 0; first < ids.length; first += targetsOfCall) {
        const scaling = await this.clients.scaling();
        const { ScalableTargets = [] } = await scaling.describeScalableTargets({
          ServiceNamespace: "ecs",
          ScalableDimension: "ecs:service:DesiredCount",
          ResourceIds: ids.slice(first, first + targetsOfCall),
        });
        for (const { ResourceId = "", MinCapacity = 0, MaxCapacity = 0, SuspendedState } of ScalableTargets)
          found.set(ResourceId.split("/").at(-1) ?? "", {
            min: MinCapacity,
            max: MaxCapacity,
            suspended: SuspendedState?.DynamicScalingOutSuspended === true,
          });
      }
    });
    return found;
  }
}

async function servicesOf(ecs: ECS, cluster: string): Promise<readonly Service[]> {
  return allPages(async (nextToken) => {
    const page = await ecs.listServices({ cluster, maxResults: batch, nextToken });
    const services = page.serviceArns ?? [];
    if (services.length === 0) return [[], page.nextToken];
    const answer = await ecs.describeServices({ cluster, services, include: ["TAGS"] });
    return [answer.services?.filter(({ status }) => status === "ACTIVE"), page.nextToken];
  });
}

function primaryOf(service: Service | undefined) {
  return service?.deployments?.find(({ status }) => status === "PRIMARY");
}

function runningOf(service: Service, autoscaling: Target | undefined): RunningService {
  const { serviceName = "", tags = [], loadBalancers = [], serviceRegistries = [] } = service;
  const strategy = service.capacityProviderStrategy ?? [];
  const registered = serviceRegistries.map(({ containerPort }) => containerPort);
  return {
    service: tags.find(({ key }) => key === "berth:service")?.value ?? serviceName,
    name: serviceName,
    clusterArn: service.clusterArn ?? "",
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    taskDefinitionArn: service.taskDefinition ?? "",
    deploymentId: primaryOf(service)?.id ?? "",
    ports: [...loadBalancers.map(({ containerPort }) => containerPort), ...registered].flatMap(
      (port) => port ?? [],
    ),
    balanced: loadBalancers.length > 0,
    spot: strategy.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT"),
    ...definedOnly({ autoscaling, shift: shiftOf(service) }),
  };
}

/** "BLUE_GREEN", "CANARY" (ECS API reference, DeploymentConfiguration, strategy). */
function shiftOf({ deploymentConfiguration = {} }: Service): RunningService["shift"] {
  const { strategy, bakeTimeInMinutes: bake = 0, canaryConfiguration = {} } = deploymentConfiguration;
  if (strategy === "BLUE_GREEN") return { strategy: "blue-green", percent: 100, bake };
  if (strategy !== "CANARY") return undefined;
  return { strategy: "canary", percent: canaryConfiguration.canaryPercent ?? 0, bake };
}
