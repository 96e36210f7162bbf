/** What the NAT instance of a stack is known by. */
import { stackResourceName } from "./naming";

/** The tag `Name` of the instance. */
export function natName(stack: { readonly project: string; readonly stack: string }): string {
  return stackResourceName(stack, "autoScalingGroup", "nat");
}
