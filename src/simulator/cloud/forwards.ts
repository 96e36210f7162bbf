/** Actions of a load balancer's rule that lead requests to target groups. */
import { listOf, numberOf, recordOf, textOf } from "./values";

/** The target groups that a rule names, that with most of its requests first. */
export function leadingGroups(actions: unknown): readonly string[] {
  const action = recordOf(listOf(actions)[0]);
  const weighted = listOf(recordOf(action["forward"])["targetGroups"])
    .map(recordOf)
    .sort((a, b) => (numberOf(b["weight"]) ?? 1) - (numberOf(a["weight"]) ?? 1))
    .map(({ arn }) => textOf(arn));
  return (weighted.length > 0 ? weighted : [textOf(action["targetGroupArn"])]).filter((arn) => arn !== "");
}

/** @param beside - a group that the rule names, and sends nothing to */
export function forwardTo(targetGroupArn: string, beside: string | undefined): object {
  if (beside === undefined) return { type: "forward", targetGroupArn };
  const targetGroups = [
    { arn: targetGroupArn, weight: 1 },
    { arn: beside, weight: 0 },
  ];
  return { type: "forward", forward: { targetGroups } };
}
