/** Where the load balancer's rules lead, from its own answers: a killed run has moved some that no state knows. */
import type { ServiceControl, ServicePlacement, ServiceState, DeployedRule } from "../ports";
import { nameOfGroup } from "./balancing";

/** A rule of a service's port, and where ECS registers the port's tasks. */
export interface Bearing {
  readonly arn: string;
  /** The target group that its tasks are in, as far as ECS reports it. */
  readonly targetGroupArn: string;
  /** Whether it leads there. */
  readonly leads: boolean;
}

/**
 * Of each rule of the service whether it leads to the group, or the pair of groups, that ECS registers tasks with now.
 *
 * @param moved - by the rule that ECS moves: the group that it had moved its requests to
 */
export async function bearings(
  placement: ServicePlacement,
  rules: readonly DeployedRule[],
  { targets }: Pick<ServiceState, "targets">,
  control: Pick<ServiceControl, "leadsTo">,
  moved: ReadonlyMap<string, string>,
): Promise<readonly Bearing[]> {
  const found: Bearing[] = [];
  for (const { arn, groups } of rules) {
    const target = targets.find(({ targetGroupArn }) => groups.includes(nameOfGroup(targetGroupArn)));
    // Another service's.
    if (target === undefined) continue;
    const [leading] = await control.leadsTo(placement, arn);
    // Somebody has deleted it: the engine's to mend.
    if (leading === undefined) continue;
    const { targetGroupArn: named, shift } = target;
    const own = shift === undefined ? [named] : [named, shift.alternateTargetGroupArn];
    const pair = shift && moved.get(shift.productionListenerRule);
    found.push({ arn, targetGroupArn: pair ?? named, leads: own.includes(leading) });
  }
  return found;
}
