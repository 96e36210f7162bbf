/** Which deployments of a service leave its old tasks alone until the new ones have the requests (docs/rollouts.md). */
import { groupsIn, shiftsRequests } from "../../model/deployed-balancing";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Whether they do though the mode lets the old ones stop first: where ECS moves the requests from one target group to
 * another, or Berth does.
 *
 * @param before - the service's inputs as deployed
 */
export function keepsOld(inputs: Inputs, before: Inputs = {}): boolean {
  if (shiftsRequests(inputs) && shiftsRequests(before)) return true;
  // There is no room for both.
  if (Number(inputs["deploymentMaximumPercent"] ?? 200) <= 100) return false;
  const known = groupsIn(before);
  return shiftsRequests(inputs) || groupsIn(inputs).some((group) => !known.includes(group));
}
