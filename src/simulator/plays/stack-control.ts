/** The services of a stack under simulation, read and changed as ECS would let people do it. */
import { BerthError } from "../../errors";
import type {
  Revision,
  RunningService,
  ServiceChange,
  StackControl,
  StackIdentity,
  StoreView,
} from "../../ports";
import { definedOnly } from "../../defined";
import { storeOfResource, storeTypes } from "../../stores";
import { isReplica } from "../../stores/data-types";
import type { SimulatedAws } from "../cloud/aws";
import type { Properties } from "../cloud/cloud";
import type { StoredResource } from "../cloud/store";
import { listOf, recordOf, textOf } from "../cloud/values";
import { SimulatedRollouts, type SimulatedRolloutsOptions } from "./rollouts";

const types = {
  cluster: "aws:ecs/cluster:Cluster",
  service: "aws:ecs/service:Service",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  target: "aws:appautoscaling/target:Target",
  database: "aws:rds/instance:Instance",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
} as const;

export interface SimulatedStackControlOptions extends Omit<SimulatedRolloutsOptions, "clouds"> {
  readonly cloud: (stack: StackIdentity) => SimulatedAws;
  /** The cloud that answers before `services` has named a stack. @default none does */
  readonly opened?: SimulatedAws;
}

function movingOf(outputs: Properties): RunningService["shift"] {
  const { strategy, bakeTimeInMinutes, canaryConfiguration } = recordOf(outputs["deploymentConfiguration"]);
  const bake = Number(bakeTimeInMinutes ?? 0);
  if (strategy === "BLUE_GREEN") return { strategy: "blue-green", percent: 100, bake };
  if (strategy !== "CANARY") return undefined;
  return { strategy: "canary", percent: Number(recordOf(canaryConfiguration)["canaryPercent"]), bake };
}

export class SimulatedStackControl implements StackControl {
  /** The cloud of the stack that was asked for last: one command is about one stack. */
  private opened: SimulatedAws | undefined;

  constructor(private readonly options: SimulatedStackControlOptions) {
    this.opened = options.opened;
  }

  async services(stack: StackIdentity): Promise<readonly RunningService[] | undefined> {
    this.opened = this.options.cloud(stack);
    const cloud = this.opened;
    if (cloud.all(types.cluster).length === 0) return undefined;
    const found = await Promise.all(cloud.all(types.service).map((service) => this.running(cloud, service)));
    return found.sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  async change(running: RunningService, { tasks, taskDefinitionArn, anew }: ServiceChange): Promise<void> {
    const { cloud, resource } = this.found(running);
    if (tasks !== undefined) await cloud.change(types.service, resource.id, { desiredCount: tasks });
    const next = taskDefinitionArn ?? running.taskDefinitionArn;
    if (next !== running.taskDefinitionArn) this.refuseUnfit(cloud, running, next);
    if (anew === true || next !== running.taskDefinitionArn)
      await this.rollouts(cloud).redeploy({ ...placementOf(running), taskDefinitionArn: next });
  }

  revision(service: string, taskDefinitionArn: string): Promise<Revision | undefined> {
    const definition = this.opened?.find(types.definition, taskDefinitionArn);
    return Promise.resolve(definition === undefined ? undefined : revisionOf(service, definition));
  }

  revisions(family: string): Promise<readonly string[]> {
    const found = (this.opened?.all(types.definition) ?? []).filter(
      ({ outputs }) => outputs["family"] === family,
    );
    const numberOf = ({ outputs }: StoredResource): number => Number(outputs["revision"]);
    return Promise.resolve(found.sort((a, b) => numberOf(b) - numberOf(a)).map(({ id }) => id));
  }

  async suspend({ name }: RunningService, suspended: boolean): Promise<void> {
    const cloud = this.opened;
    const target = cloud?.all(types.target).find(({ outputs }) => isTargetOf(outputs, name));
    if (cloud === undefined || target === undefined) return;
    const suspendedState = {
      dynamicScalingInSuspended: suspended,
      dynamicScalingOutSuspended: suspended,
      scheduledScalingSuspended: suspended,
    };
    await cloud.change(types.target, target.id, { suspendedState });
  }

  stores(stack: StackIdentity): Promise<readonly StoreView[]> {
    const cloud = (this.opened = this.options.cloud(stack));
    const [replicas, sources] = split(
      storeTypes.flatMap((type) => cloud.all(type)),
      ({ outputs }) => isReplica({ inputs: outputs }),
    );
    const found = sources.map((source) => ({
      ...storeOf(source),
      ...definedOnly({ replicas: replicasOf(source, replicas) }),
    }));
    return Promise.resolve(found.sort((a, b) => (a.service < b.service ? -1 : 1)));
  }

  async switchDatabase({ service, id, status }: StoreView, to: "stopped" | "started"): Promise<void> {
    const from = to === "stopped" ? "available" : "stopped";
    if (status !== from) {
      const message = `InvalidDBInstanceState: Instance ${id} is not in ${from} state.`;
      throw new BerthError("deployment", { path: `services.${service}`, message });
    }
    const after = to === "stopped" ? "stopped" : "available";
    await this.opened?.change(types.database, id, { status: after });
  }

  // ------------------------------------------------------------------------------------------ parts

  private async running(cloud: SimulatedAws, { outputs }: StoredResource): Promise<RunningService> {
    const service = textOf(recordOf(outputs["tags"])["berth:service"]);
    const placement = {
      service,
      clusterArn: textOf(outputs["cluster"]),
      serviceName: textOf(outputs["name"]),
      taskDefinitionArn: textOf(outputs["taskDefinition"]),
      logGroupName: "",
    };
    const state = await this.rollouts(cloud).describe(placement);
    const [primary] = state?.deployments ?? [];
    const balanced = listOf(outputs["loadBalancers"]).map(recordOf);
    return {
      service,
      name: placement.serviceName,
      clusterArn: placement.clusterArn,
      desired: primary?.desired ?? 0,
      running: primary?.running ?? 0,
      taskDefinitionArn: placement.taskDefinitionArn,
      deploymentId: primary?.id ?? "",
      ports: balanced.flatMap(({ containerPort }) =>
        typeof containerPort === "number" ? [containerPort] : [],
      ),
      balanced: balanced.length > 0,
      spot: primary?.spot === true,
      ...definedOnly({ autoscaling: this.targetOf(cloud, placement.serviceName), shift: movingOf(outputs) }),
    };
  }

  private targetOf(cloud: SimulatedAws, serviceName: string): RunningService["autoscaling"] {
    const target = cloud.all(types.target).find(({ outputs }) => isTargetOf(outputs, serviceName));
    if (target === undefined) return undefined;
    const { minCapacity, maxCapacity, suspendedState } = target.outputs;
    const suspended = recordOf(suspendedState)["dynamicScalingOutSuspended"] === true;
    return { min: Number(minCapacity), max: Number(maxCapacity), suspended };
  }

  private rollouts(cloud: SimulatedAws): SimulatedRollouts {
    return new SimulatedRollouts({ ...this.options, clouds: () => [cloud] });
  }

  private found({ service, name }: RunningService): { cloud: SimulatedAws; resource: StoredResource } {
    const cloud = this.opened;
    const resource = cloud?.all(types.service).find(({ outputs }) => outputs["name"] === name);
    if (cloud !== undefined && resource !== undefined) return { cloud, resource };
    throw new BerthError("deployment", {
      path: `services.${service}`,
      message: "ServiceNotFoundException: Service not found.",
    });
  }

  /** ECS refuses a revision whose container lacks a port that a load balancer sends requests to. */
  private refuseUnfit(cloud: SimulatedAws, { service, ports }: RunningService, next: string): void {
    const definition = cloud.find(types.definition, next);
    const revision = definition === undefined ? undefined : revisionOf(service, definition);
    const missing = ports.find((port) => revision?.ports.includes(port) !== true);
    if (revision !== undefined && missing === undefined) return;
    const message =
      revision === undefined
        ? "ClientException: TaskDefinition not found."
        : `InvalidParameterException: The container ${service} did not have a container port ${missing} defined.`;
    throw new BerthError("deployment", { path: `services.${service}`, message });
  }
}

function isTargetOf({ resourceId }: StoredResource["outputs"], serviceName: string): boolean {
  return textOf(resourceId).endsWith(`/${serviceName}`);
}

/** How many there are of a database; `undefined` where there are none. */
function replicasOf({ outputs }: StoredResource, replicas: readonly StoredResource[]): number | undefined {
  const own = replicas.filter((other) => other.outputs["replicateSourceDb"] === outputs["identifier"]);
  return own.length === 0 ? undefined : own.length;
}

function split<T>(
  all: readonly T[],
  one: (item: T) => boolean,
): readonly [yes: readonly T[], no: readonly T[]] {
  return [all.filter(one), all.filter((item) => !one(item))];
}

function storeOf({ type, id, outputs }: StoredResource): StoreView {
  const engine = textOf(outputs["engine"]);
  const status = textOf(outputs["status"]);
  return {
    service: textOf(recordOf(outputs["tags"])["berth:service"]),
    kind: storeOfResource(type, outputs)?.kind ?? "postgres",
    id,
    status: status === "" ? "available" : status,
    engine,
    class: textOf(outputs["instanceClass"] ?? outputs["nodeType"]),
    nodes: 1,
    pending: [],
  };
}

function placementOf({ service, name, clusterArn, taskDefinitionArn }: RunningService) {
  return { service, clusterArn, serviceName: name, taskDefinitionArn, logGroupName: "" };
}

function revisionOf(service: string, { id, outputs }: StoredResource): Revision | undefined {
  const text = textOf(outputs["containerDefinitions"]);
  const containers = listOf(text === "" ? [] : JSON.parse(text)).map(recordOf);
  const own = containers.find(({ name }) => name === service) ?? containers[0];
  if (own === undefined) return undefined;
  const command = listOf(recordOf(own["healthCheck"])["command"]).map(String);
  return {
    arn: id,
    active: true,
    image: textOf(own["image"]),
    ports: listOf(own["portMappings"]).flatMap((mapping) => {
      const { containerPort } = recordOf(mapping);
      return typeof containerPort === "number" ? [containerPort] : [];
    }),
    ...(command.length === 0 ? {} : { healthCommand: command }),
  };
}
