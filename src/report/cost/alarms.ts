/** What alarms of CloudWatch cost. */
import type { PriceTable } from "./price-table";

/** An alarm of an expression is billed by the metrics in it (Amazon CloudWatch pricing, "per alarm metric"). */
export function alarmCharges({
  inputs,
  prices,
}: {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly prices: Pick<PriceTable, "alarm">;
}): readonly { readonly what: string; readonly usd: number }[] {
  const given: unknown = inputs["metricQueries"];
  const queries: readonly unknown[] = Array.isArray(given) ? given : [];
  const metrics = queries.filter((query) => typeof query === "object" && query !== null && "metric" in query);
  return [{ what: "alarm", usd: prices.alarm * Math.max(1, metrics.length) }];
}
