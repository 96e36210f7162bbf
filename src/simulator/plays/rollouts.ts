/** Services of ECS under simulation: their deployments go on from look to look, well or as a rehearsal asks. */
import { randomUUID } from "node:crypto";
import { definedOnly } from "../../defined";
import { BerthError } from "../../errors";
import type {
  Clock,
  Redeployed,
  ServiceControl,
  ServicePlacement,
  ServiceState,
  StoppedTask,
} from "../../ports";
import type { ServiceFault } from "../../ports/rehearsal";
import type { SimulatedAws } from "../cloud/aws";
import { forwardTo } from "../cloud/forwards";
import type { StoredDeployment, StoredResource, StoredRollout } from "../cloud/store";
import { tokens } from "../services/common";
import { capacityWords, playOf, rolloutWords, type Play } from "./rollout-plays";
import {
  desiredCount,
  isOf,
  isRunning,
  isSpot,
  onDemand,
  primaryOf,
  revisionOf,
  stateOf,
  taskOf,
} from "./rollout-state";
import { movesOf, nextStage, swing, type Step } from "./shift-plays";
import { SimulatedShifts, type Found } from "./shifts";
import { balancerOf } from "./shift-state";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";

export interface SimulatedRolloutsOptions {
  /** The clouds in which services run; asked again each time, since a run opens its own. */
  readonly clouds: () => readonly SimulatedAws[];
  readonly clock: Pick<Clock, "now">;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latencyScale?: number;
  /** By compose service. @default every service becomes steady */
  readonly faults?: Readonly<Record<string, ServiceFault>>;
}

/** Seconds of a rollout on Fargate: a task's start, its checks, and the end of the old one. */
export const rolloutSeconds = 85;
/** Seconds between two failing tasks of a deployment. */
const stopSeconds = 40;
/**
 * Stops after which ECS's circuit breaker ends a small deployment: the least threshold (ECS Developer Guide, "How the
 * Amazon ECS deployment circuit breaker detects failures").
 */
const breakerStops = 3;

const ruleType = "aws:lb/listenerRule:ListenerRule";
const listenerType = "aws:lb/listener:Listener";
const serviceType = "aws:ecs/service:Service";
const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

export class SimulatedRollouts extends SimulatedShifts implements ServiceControl {
  constructor(private readonly options: SimulatedRolloutsOptions) {
    super(options.clouds);
  }

  async describe(placement: ServicePlacement): Promise<ServiceState | undefined> {
    const found = this.find(placement);
    if (found === undefined) return undefined;
    let { rollout } = found;
    // New tasks are healthy before old ones stop: each is an instant of its own, at which requests may come.
    for (;;) {
      const { rollout: next, percent } = this.goOn(placement, rollout);
      if (next === rollout) break;
      if (percent !== undefined) await swing(found.cloud, rollout, percent);
      rollout = next;
      await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
      const { id, healthy, moves } = primaryOf(rollout);
      if (healthy !== true || moves !== undefined || id !== primaryOf(found.rollout).id) break;
    }
    return stateOf(rollout, this.find(placement)?.resource ?? found.resource);
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

  healthyTargets(placement: ServicePlacement): Promise<number> {
    const found = this.find(placement);
    const primary = found === undefined ? undefined : primaryOf(found.rollout);
    return Promise.resolve(found && primary && isRunning(primary) ? desiredCount(found.resource) : 0);
  }

  async protect(placement: ServicePlacement, on: boolean): Promise<void> {
    const found = this.find(placement);
    if (found === undefined) return;
    const rollout = { ...found.rollout, protected: on };
    await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
  }

  async lead(
    { clusterArn }: ServicePlacement,
    ruleArn: string,
    targetGroupArn: string,
    beside?: string,
  ): Promise<void> {
    const isRule = ruleArn.includes(":listener-rule/");
    const cloud = this.options.clouds().find((one) => one.find(tokens.cluster, clusterArn) !== undefined);
    await cloud?.change(isRule ? ruleType : listenerType, ruleArn, {
      [isRule ? "actions" : "defaultActions"]: [forwardTo(targetGroupArn, beside)],
    });
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

  async redeploy(placement: ServicePlacement, { capacity, targets }: Redeployed = {}): Promise<void> {
    const found = this.find(placement);
    if (found === undefined) {
      const path = `services.${placement.service}`;
      throw new BerthError("deployment", { path, message: "ServiceNotFoundException: Service not found." });
    }
    const { taskDefinitionArn: taskDefinition } = placement;
    const outputs = {
      ...found.resource.outputs,
      taskDefinition,
      ...(capacity === undefined ? {} : { capacityProviderStrategies: onDemand }),
      ...(targets === undefined
        ? {}
        : { loadBalancers: targets.map((target) => balancerOf(target, placement.service)) }),
    };
    const rollout = this.begun(placement, { ...found.resource, outputs }, found.rollout);
    await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
  }

  // ------------------------------------------------------------------------------------------ parts

  protected find(placement: ServicePlacement): Found | undefined {
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
    const kept = before?.protected === true;
    const running = before?.deployments.filter(isRunning) ?? [];
    const { moves, groups } = movesOf(resource, running[0], this.options.clock.now());
    const old =
      kept || moves !== undefined || !stopsFirst(resource)
        ? running
        : running.map((one) => ({ ...one, stopped: true }));
    const capacity = listOf(resource.outputs["capacityProviderStrategies"]);
    const wanted = this.options.faults?.[service];
    const fault = wanted === "spot-capacity" && !isSpot(capacity) ? undefined : wanted;
    const deployment: StoredDeployment = {
      id: `ecs-svc/${BigInt(`0x${randomUUID().replaceAll("-", "").slice(0, 15)}`)}`,
      taskDefinition: textOf(resource.outputs["taskDefinition"]),
      capacity,
      targets: listOf(resource.outputs["loadBalancers"]),
      rollout: "IN_PROGRESS",
      createdAt: this.options.clock.now(),
      ...definedOnly({ fault, moves, groups }),
      looks: 0,
      stops: [],
    };
    return {
      service: resource.id,
      deployments: [deployment, ...old],
      ...(kept ? { protected: kept } : {}),
      events: [],
    };
  }

  /** One look further: the first one sees a deployment begin, however it ends. */
  private goOn(placement: ServicePlacement, rollout: StoredRollout): Step {
    const [primary] = rollout.deployments;
    if (primary?.rollout !== "IN_PROGRESS") return { rollout };
    const { clock, latencyScale = 0 } = this.options;
    const { fault, moves, looks } = primary;
    const starts = fault === undefined || fault === "alarm" || fault === "late-alarm";
    if (moves === undefined || !starts || looks === 0) return { rollout: this.rollOn(placement, rollout) };
    return nextStage(rollout, moves, { now: clock.now(), scale: latencyScale }) ?? { rollout };
  }

  private rollOn(placement: ServicePlacement, rollout: StoredRollout): StoredRollout {
    const [primary, ...rest] = rollout.deployments;
    if (primary === undefined) return rollout;
    const { clock, latencyScale = 0 } = this.options;
    const elapsed = clock.now() - primary.createdAt;
    const { fault } = primary;
    const seconds = fault === undefined ? rolloutSeconds : stopSeconds * (primary.stops.length + 1);
    const looked = { ...primary, looks: primary.looks + 1 };
    if (primary.looks === 0 || elapsed < seconds * 1_000 * latencyScale) {
      return { ...rollout, deployments: [looked, ...rest] };
    }
    if (fault === undefined || fault === "late-alarm") {
      if (primary.healthy !== true)
        return { ...rollout, deployments: [{ ...looked, healthy: true }, ...rest] };
      if (rollout.protected === true && rest.length > 0) return rollout;
      if (fault !== undefined) return this.fail(placement, rollout, looked, fault);
      return { ...rollout, deployments: [{ ...looked, rollout: "COMPLETED" }] };
    }
    return this.fail(placement, rollout, looked, fault);
  }

  private fail(
    { clusterArn, serviceName }: ServicePlacement,
    rollout: StoredRollout,
    primary: StoredDeployment,
    fault: ServiceFault,
  ): StoredRollout {
    const [, ...rest] = rollout.deployments;
    const old = rest.find((one) => one.rollout === "COMPLETED");
    const going = (now: StoredDeployment): StoredRollout => ({ ...rollout, deployments: [now, ...rest] });
    if (fault === "stuck") return going(primary);
    if (fault === "capacity" || fault === "spot-capacity") {
      const event = { id: randomUUID(), at: this.options.clock.now(), message: capacityWords(serviceName) };
      return { ...going(primary), events: [event, ...rollout.events] };
    }
    const alarmed = fault === "alarm" || fault === "late-alarm";
    const ends = alarmed || fault === "rollback" || primary.stops.length >= breakerStops;
    const task = `${clusterArn.replace(":cluster/", ":task/")}/${randomUUID().replaceAll("-", "")}`;
    const stops = alarmed ? [] : [...primary.stops, task];
    if (!ends) return going({ ...primary, stops });
    const failed: StoredDeployment = { ...primary, stops, rollout: "FAILED", reason: rolloutWords(fault) };
    if (old === undefined) return { ...rollout, deployments: [failed] };
    // It goes back as it went forward, by rolling, however the old one came to be.
    const { moves: _moved, ...ran } = old;
    const kept = rollout.protected === true ? rest.filter((one) => one !== old && isRunning(one)) : [];
    const back: StoredDeployment = {
      ...ran,
      stopped: false,
      // Its tasks take the place of those that run, as in any deployment.
      ...(primary.healthy === true || kept.length > 0
        ? { rollout: "IN_PROGRESS" as const, healthy: true }
        : {}),
      id: `${old.id}1`,
      createdAt: this.options.clock.now(),
      reason: `ECS deployment circuit breaker: rolling back to deploymentId ${old.id}.`,
    };
    return { ...rollout, deployments: [back, failed, ...kept] };
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

/** Whether ECS may stop the old tasks before new ones are healthy (ECS API reference, DeploymentConfiguration). */
function stopsFirst({ outputs }: StoredResource): boolean {
  return numberOf(outputs["deploymentMinimumHealthyPercent"]) === 0;
}
