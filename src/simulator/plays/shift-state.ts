/** What the simulated ECS says of deployments that move requests. */
import { definedOnly } from "../../defined";
import type { BalancedTarget, ServiceCourse, ServicePlacement } from "../../ports";
import type { StoredRollout } from "../cloud/store";

const statuses = { IN_PROGRESS: "going", COMPLETED: "succeeded", FAILED: "failed" } as const;

/** The newest deployment that moved requests: one that has failed comes after what took its place. */
export function courseOf(
  { clusterArn, serviceName }: ServicePlacement,
  { deployments }: StoredRollout,
): ServiceCourse | undefined {
  const failed = deployments.find(({ rollout, moves }) => rollout === "FAILED" && moves !== undefined);
  const [primary] = deployments;
  const found = failed ?? primary;
  if (found?.moves === undefined) return undefined;
  const { id, rollout, reason, moves } = found;
  const arn = `${clusterArn.replace(":cluster/", ":service-deployment/")}/${serviceName}/${id.split("/").pop() ?? ""}`;
  const hook = rollout === "IN_PROGRESS" && moves.hook === "waits" ? "hook-1" : undefined;
  return { arn, status: statuses[rollout], stage: moves.stage, ...definedOnly({ reason, hook }) };
}

/** As the service's `loadBalancers` have it. */
export function balancerOf({ shift, ...target }: BalancedTarget, containerName: string): object {
  return { ...target, containerName, ...(shift === undefined ? {} : { advancedConfiguration: shift }) };
}
