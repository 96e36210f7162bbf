/** What a service says of how its requests move. */
import type { BalancedTarget } from "../../ports";
import { recordOf, textOf } from "../cloud/values";

export function shiftOf(configuration: unknown): Pick<BalancedTarget, "shift"> {
  const { alternateTargetGroupArn, productionListenerRule, roleArn } = recordOf(configuration);
  if (textOf(alternateTargetGroupArn) === "") return {};
  return {
    shift: {
      alternateTargetGroupArn: textOf(alternateTargetGroupArn),
      productionListenerRule: textOf(productionListenerRule),
      roleArn: textOf(roleArn),
    },
  };
}
