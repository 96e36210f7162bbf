/** What the account's bootstrap stack costs, in an estimate of a stack that it deploys. */
import type { StackResource } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import { prices } from "./prices";

/**
 * With the key that `berth bootstrap` makes: the one thing of its stack that costs while nobody deploys, once in an
 * account and region. It is in the line of the stack's own resource, and so with what belongs to no service.
 */
export function withBootstrap(
  cost: MonthlyCost,
  steps: readonly Pick<StackResource, "type" | "urn" | "name">[],
): MonthlyCost {
  const stack = steps.find(({ type }) => type === "pulumi:pulumi:Stack");
  const line = {
    urn: stack?.urn ?? "",
    name: "berth-cd",
    what: "KMS key of the bootstrap stack",
    usd: prices.key,
    note: "once in an account and region, however many stacks it has",
  };
  return {
    ...cost,
    total: Math.round((cost.total + line.usd) * 100) / 100,
    lines: [...cost.lines, line],
  };
}
