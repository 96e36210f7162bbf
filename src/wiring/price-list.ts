/** Whether AWS's price list is asked. */
import type { PriceList } from "../ports";
import type { Settings } from "../settings/settings";
import type { LazyAws } from "./lazy-aws";

/** @returns `undefined` under simulation, and where an emulator replaces AWS */
export async function priceList(settings: Settings, aws: LazyAws): Promise<PriceList | undefined> {
  const { simulate, endpointUrl, environment } = settings;
  if (simulate || endpointUrl !== undefined || "PULUMI_DEBUG_PROVIDERS" in environment) return undefined;
  return aws.use((sdk, clients) => new sdk.AwsPriceList(clients));
}
