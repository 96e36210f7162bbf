/** What the simulated ECS says of a service and its deployments. */
import { definedOnly } from "../../defined";
import type { ServicePlacement, ServiceState, StoppedTask } from "../../ports";
import type { Properties } from "../cloud/cloud";
import type { StoredDeployment, StoredResource, StoredRollout } from "../cloud/store";
import { listOf, recordOf, same, textOf } from "../cloud/values";
import type { Play } from "./rollout-plays";
import { shiftOf } from "./shift-of";

/** The newest deployment is the primary one. */
export function primaryOf({ deployments }: StoredRollout): StoredDeployment {
  const [primary] = deployments;
  if (primary === undefined) throw new RangeError("A service has no deployment.");
  return primary;
}

/** The strategy of a service that runs on demand alone. */
export const onDemand = [{ capacityProvider: "FARGATE", weight: 1 }];

export function isSpot(capacity: readonly unknown[] = []): boolean {
  return capacity.some((share) => recordOf(share)["capacityProvider"] === "FARGATE_SPOT");
}

/** What of a service a deployment brings, and a rollback brings back (ECS API reference, ServiceRevision). */
export function revisionOf({ taskDefinition, capacity, targets }: StoredDeployment): Properties {
  return {
    taskDefinition,
    ...definedOnly({ capacityProviderStrategies: capacity, loadBalancers: targets }),
  };
}

/** Whether the service is as the deployment has it; else the engine has changed it since. */
export function isOf(
  { taskDefinition, capacity, targets }: StoredDeployment,
  { outputs }: StoredResource,
): boolean {
  const known = capacity === undefined || same(capacity, listOf(outputs["capacityProviderStrategies"]));
  const balanced = targets === undefined || same(targets, listOf(outputs["loadBalancers"]));
  return known && balanced && outputs["taskDefinition"] === taskDefinition;
}

export function desiredCount({ outputs }: Pick<StoredResource, "outputs">): number {
  return typeof outputs["desiredCount"] === "number" ? outputs["desiredCount"] : 1;
}

/** Whether its tasks run, and answer. */
export function isRunning({ rollout, healthy, stopped }: StoredDeployment): boolean {
  return stopped !== true && (rollout === "COMPLETED" || healthy === true);
}

export function stateOf(rollout: StoredRollout, { outputs }: StoredResource): ServiceState {
  const desired = desiredCount({ outputs });
  return {
    targets: listOf(outputs["loadBalancers"])
      .map(recordOf)
      .map(({ targetGroupArn, containerPort, advancedConfiguration }) => ({
        targetGroupArn: textOf(targetGroupArn),
        containerPort: Number(containerPort),
        ...shiftOf(advancedConfiguration),
      })),
    deployments: rollout.deployments.map((deployment, index) => ({
      id: deployment.id,
      status: index === 0 ? "PRIMARY" : deployment.rollout === "FAILED" ? "INACTIVE" : "ACTIVE",
      taskDefinitionArn: deployment.taskDefinition,
      rollout: deployment.rollout,
      ...(deployment.reason === undefined ? {} : { rolloutReason: deployment.reason }),
      desired,
      running: isRunning(deployment) ? desired : 0,
      spot: isSpot(deployment.capacity),
      createdAt: deployment.createdAt,
    })),
    events: rollout.events,
  };
}

export function taskOf(
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
