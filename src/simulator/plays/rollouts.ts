/** Services of ECS under simulation: their deployments go on from look to look, well or as a rehearsal asks. */
import { randomUUID } from "node:crypto";
import { BerthError } from "../../errors";
import type { Clock, ServiceControl, ServicePlacement, ServiceState, StoppedTask } from "../../ports";
import type { ServiceFault } from "../../ports/rehearsal";
import type { SimulatedAws } from "../cloud/aws";
import type { Properties } from "../cloud/cloud";
import type { StoredDeployment, StoredResource, StoredRollout } from "../cloud/store";
import { capacityWords, playOf, rolloutWords, type Play } from "./rollout-plays";
import { listOf, recordOf, same, textOf } from "../cloud/values";

export interface SimulatedRolloutsOptions {
  /** The clouds in which services run; asked anew each time, since a run opens its own. */
  readonly clouds: () => readonly SimulatedAws[];
  readonly clock: Pick<Clock, "now">;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latencyScale?: number;
  /** By compose service. @default every service becomes steady */
  readonly faults?: Readonly<Record<string, ServiceFault>>;
}

/** Seconds of a rollout on Fargate: a task's start, its checks, and the end of the old one. */
const rolloutSeconds = 85;
/** Seconds between two failing tasks of a deployment. */
const stopSeconds = 40;
/** Stops after which ECS's circuit breaker ends a small deployment. */
const breakerStops = 3;

const serviceType = "aws:ecs/service:Service";
const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

/** Where a service was found, and how it is being deployed. */
interface Found {
  readonly cloud: SimulatedAws;
  readonly resource: StoredResource;
  readonly rollout: StoredRollout;
}

export class SimulatedRollouts implements ServiceControl {
  constructor(private readonly options: SimulatedRolloutsOptions) {}

  async describe(placement: ServicePlacement): Promise<ServiceState | undefined> {
    const found = this.find(placement);
    if (found === undefined) return undefined;
    const rollout = this.goOn(placement, found);
    if (rollout !== found.rollout) await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
    return stateOf(rollout, desiredCount(found.resource));
  }

  stoppedTasks(placement: ServicePlacement): Promise<readonly StoppedTask[]> {
    const found = this.find(placement);
    const tasks = found?.rollout.deployments.flatMap((deployment) => {
      const play = this.play(deployment, found);
      if (play === undefined) return [];
      const made = (arn: string, index: number): StoppedTask =>
        taskOf(placement, play, deployment, arn, index);
      return deployment.stops.map(made);
    });
    return Promise.resolve(tasks ?? []);
  }

  targetHealth(placement: ServicePlacement): Promise<readonly string[]> {
    const found = this.find(placement);
    const target = this.played(found)?.target;
    const balanced = listOf(found?.resource.outputs["loadBalancers"]).length > 0;
    return Promise.resolve(target === undefined || !balanced ? [] : [target]);
  }

  logTail(
    placement: ServicePlacement,
    _taskArn: string,
    _container: string,
    lines: number,
  ): Promise<readonly string[]> {
    const log = this.played(this.find(placement))?.log;
    return Promise.resolve((log ?? []).slice(-lines));
  }

  async redeploy(placement: ServicePlacement, capacity?: "on-demand"): Promise<void> {
    const found = this.find(placement);
    if (found === undefined) {
      const path = `services.${placement.service}`;
      throw new BerthError("deployment", { path, message: "ServiceNotFoundException: Service not found." });
    }
    const { taskDefinitionArn: taskDefinition } = placement;
    const given = capacity === undefined ? {} : { capacityProviderStrategies: onDemand };
    const outputs = { ...found.resource.outputs, taskDefinition, ...given };
    const rollout = this.begun(placement, { ...found.resource, outputs }, found.rollout);
    await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
  }

  // ------------------------------------------------------------------------------------------ parts

  private find(placement: ServicePlacement): Found | undefined {
    const { clusterArn, serviceName } = placement;
    for (const cloud of this.options.clouds()) {
      const resource = cloud
        .all(serviceType)
        .find(({ outputs }) => outputs["name"] === serviceName && outputs["cluster"] === clusterArn);
      if (resource === undefined) continue;
      const known = cloud.rollout(resource.id);
      const isSame = known !== undefined && isOf(primaryOf(known), resource);
      const rollout = isSame ? known : this.begun(placement, resource, known);
      return { cloud, resource, rollout };
    }
    return undefined;
  }

  /** A new deployment; the last one that was complete is what a rollback goes back to. */
  private begun(
    { service }: ServicePlacement,
    resource: StoredResource,
    before: StoredRollout | undefined,
  ): StoredRollout {
    const complete = before?.deployments.find(({ rollout }) => rollout === "COMPLETED");
    const capacity = listOf(resource.outputs["capacityProviderStrategies"]);
    const wanted = this.options.faults?.[service];
    const fault = wanted === "spot-capacity" && !isSpot(capacity) ? undefined : wanted;
    const deployment: StoredDeployment = {
      id: `ecs-svc/${BigInt(`0x${randomUUID().replaceAll("-", "").slice(0, 15)}`)}`,
      taskDefinition: textOf(resource.outputs["taskDefinition"]),
      capacity,
      rollout: "IN_PROGRESS",
      createdAt: this.options.clock.now(),
      ...(fault === undefined ? {} : { fault }),
      looks: 0,
      stops: [],
    };
    return {
      service: resource.id,
      deployments: [deployment, ...(complete === undefined ? [] : [complete])],
      events: [],
    };
  }

  /** One look further: the first one sees a deployment begin, whatever becomes of it. */
  private goOn(placement: ServicePlacement, { rollout }: Found): StoredRollout {
    const [primary, old] = rollout.deployments;
    if (primary?.rollout !== "IN_PROGRESS") return rollout;
    const { clock, latencyScale = 0 } = this.options;
    const elapsed = clock.now() - primary.createdAt;
    const { fault } = primary;
    const seconds = fault === undefined ? rolloutSeconds : stopSeconds * (primary.stops.length + 1);
    const looked = { ...primary, looks: primary.looks + 1 };
    const rest = old === undefined ? [] : [old];
    if (primary.looks === 0 || elapsed < seconds * 1_000 * latencyScale) {
      return { ...rollout, deployments: [looked, ...rest] };
    }
    if (fault === undefined) return { ...rollout, deployments: [{ ...looked, rollout: "COMPLETED" }] };
    return this.fail(placement, rollout, looked, fault);
  }

  private fail(
    { clusterArn, serviceName }: ServicePlacement,
    rollout: StoredRollout,
    primary: StoredDeployment,
    fault: ServiceFault,
  ): StoredRollout {
    const [, old] = rollout.deployments;
    const going = (now: StoredDeployment): StoredRollout => ({
      ...rollout,
      deployments: [now, ...(old === undefined ? [] : [old])],
    });
    if (fault === "stuck") return going(primary);
    if (fault === "capacity" || fault === "spot-capacity") {
      const event = { id: randomUUID(), at: this.options.clock.now(), message: capacityWords(serviceName) };
      return { ...going(primary), events: [event, ...rollout.events] };
    }
    const ends = fault === "alarm" || fault === "rollback" || primary.stops.length >= breakerStops;
    const task = `${clusterArn.replace(":cluster/", ":task/")}/${randomUUID().replaceAll("-", "")}`;
    const stops = fault === "alarm" ? [] : [...primary.stops, task];
    if (!ends) return going({ ...primary, stops });
    const failed: StoredDeployment = { ...primary, stops, rollout: "FAILED", reason: rolloutWords(fault) };
    if (old === undefined) return { ...rollout, deployments: [failed] };
    const back: StoredDeployment = {
      ...old,
      id: `${old.id}1`,
      createdAt: this.options.clock.now(),
      reason: `ECS deployment circuit breaker: rolling back to deploymentId ${old.id}.`,
    };
    return { ...rollout, deployments: [back, failed] };
  }

  private play({ fault, taskDefinition }: StoredDeployment, { cloud }: Found): Play | undefined {
    if (fault === undefined) return undefined;
    const definition = cloud.find(taskDefinitionType, taskDefinition);
    const text = textOf(definition?.outputs["containerDefinitions"]);
    const containers: unknown = text === "" ? [] : JSON.parse(text);
    const container = recordOf(listOf(containers)[0]);
    const [secret] = listOf(container["secrets"]);
    const parameter = textOf(recordOf(secret)["valueFrom"]).replace(/^.*:parameter/, "");
    return playOf(fault, { image: textOf(container["image"]), secret: parameter });
  }

  /** What is played by the deployment that fails, also when another one has taken its place. */
  private played(found: Found | undefined): Play | undefined {
    const failing = found?.rollout.deployments.find(({ fault }) => fault !== undefined);
    return found === undefined || failing === undefined ? undefined : this.play(failing, found);
  }
}

/** The newest deployment is the primary one. */
function primaryOf({ deployments }: StoredRollout): StoredDeployment {
  const [primary] = deployments;
  if (primary === undefined) throw new RangeError("A service has no deployment.");
  return primary;
}

/** The strategy of a service that runs on demand alone. */
const onDemand = [{ capacityProvider: "FARGATE", weight: 1 }];

function isSpot(capacity: readonly unknown[] = []): boolean {
  return capacity.some((share) => recordOf(share)["capacityProvider"] === "FARGATE_SPOT");
}

/** What of a service a deployment brings, and a rollback brings back (ECS API reference, ServiceRevision). */
function revisionOf({ taskDefinition, capacity }: StoredDeployment): Properties {
  return { taskDefinition, ...(capacity === undefined ? {} : { capacityProviderStrategies: capacity }) };
}

/** Whether the service is as the deployment has it; else the engine has changed it since. */
function isOf({ taskDefinition, capacity }: StoredDeployment, { outputs }: StoredResource): boolean {
  const known = capacity === undefined || same(capacity, listOf(outputs["capacityProviderStrategies"]));
  return known && outputs["taskDefinition"] === taskDefinition;
}

function desiredCount({ outputs }: StoredResource): number {
  return typeof outputs["desiredCount"] === "number" ? outputs["desiredCount"] : 1;
}

function stateOf(rollout: StoredRollout, desired: number): ServiceState {
  return {
    deployments: rollout.deployments.map((deployment, index) => ({
      id: deployment.id,
      status: index === 0 ? "PRIMARY" : deployment.rollout === "FAILED" ? "INACTIVE" : "ACTIVE",
      taskDefinitionArn: deployment.taskDefinition,
      rollout: deployment.rollout,
      ...(deployment.reason === undefined ? {} : { rolloutReason: deployment.reason }),
      desired,
      running: deployment.rollout === "COMPLETED" ? desired : 0,
      spot: isSpot(deployment.capacity),
      createdAt: deployment.createdAt,
    })),
    events: rollout.events,
  };
}

function taskOf(
  { service }: ServicePlacement,
  play: Play,
  deployment: StoredDeployment,
  arn: string,
  index: number,
): StoppedTask {
  return {
    arn,
    deploymentId: deployment.id,
    stopCode: play.stopCode,
    stoppedReason: play.stoppedReason,
    stoppedAt: deployment.createdAt + index,
    containers: [{ name: service, ...play.container }],
  };
}
