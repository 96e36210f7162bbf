/** What the simulated ECS says of deployments that move requests. */
import { definedOnly } from "../../defined";
import type { BalancedTarget, ServiceCourse, ServicePlacement } from "../../ports";
import type { StoredRollout } from "../cloud/store";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";

const statuses = { IN_PROGRESS: "going", COMPLETED: "succeeded", FAILED: "failed" } as const;

/** The newest deployment that moved requests: one that has failed stands behind what took its place. */
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

/** The target group that most requests of a rule go to. */
export function leadingGroup(actions: unknown): string | undefined {
  const action = recordOf(listOf(actions)[0]);
  const groups = listOf(recordOf(action["forward"])["targetGroups"]).map(recordOf);
  const [most] = groups.sort((a, b) => (numberOf(b["weight"]) ?? 1) - (numberOf(a["weight"]) ?? 1));
  const arn = textOf(most === undefined ? action["targetGroupArn"] : most["arn"]);
  return arn === "" ? undefined : arn;
}
