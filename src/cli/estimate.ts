/** What a run changes in Compose's words, and what it costs: by one list of prices before and after. */
import type { Deployment } from "../app/deploy";
import type { Deps } from "../app/deps";
import type { ComponentChange, ResourceStep, StackResource } from "../ports";
import type { MonthlyCost } from "../ports/cost";
import { withBootstrap } from "../report/cost/bootstrap";
import { monthlyCost } from "../report/cost/cost";
import { listPrices } from "../report/cost/list-prices";
import { summaryOf } from "../report/summary/summary";
import type { Settings } from "../settings/settings";

export interface Estimate {
  readonly cost: MonthlyCost;
  readonly summary: readonly ComponentChange[];
}

/** @returns `undefined` where no engine ran */
export async function estimateOf(
  { steps, before = [], prepared: { region } }: Deployment,
  settings: Settings,
  deps: Deps,
): Promise<Estimate | undefined> {
  if (steps === undefined) return undefined;
  const prices = await listPrices(steps, region, deps);
  const today = new Date(deps.clock.now());
  const costOf = (resources: readonly ResourceStep[] | readonly StackResource[]): MonthlyCost => {
    const cost = monthlyCost(resources, region, today, prices);
    return settings.cdTask === undefined || resources.length === 0 ? cost : withBootstrap(cost, resources);
  };
  const cost = costOf(steps);
  return { cost, summary: summaryOf({ steps, before, cost: { before: costOf(before), after: cost } }) };
}
