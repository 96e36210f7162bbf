/** What looks at an account, and has nothing to look at in a simulated one. */
import type { Deps } from "../app/deps";
import type { Settings } from "../settings/settings";
import { askAddress } from "../wiring/ask-address";
import type { LazyAws } from "../wiring/lazy-aws";
import { certifiedFetch } from "../wiring/proxies";

export type AccountReaders = Pick<
  Deps,
  "fileSystems" | "alerts" | "balancerLimits" | "quotas" | "askAddress"
>;

export function accountReaders(
  aws: LazyAws,
  { environment, cwd }: Pick<Settings, "environment" | "cwd">,
): AccountReaders & Pick<Deps, "zones"> {
  return {
    fileSystems: () => aws.use((sdk, clients) => new sdk.EfsFileSystems(clients)),
    quotas: () => aws.use((sdk, clients) => new sdk.AwsAccountInspector(clients)),
    balancerLimits: () => aws.use((sdk, clients) => new sdk.AwsAccountInspector(clients).balancerLimits()),
    zones: () => aws.use((sdk, clients) => new sdk.RoleZones(clients)),
    askAddress: askAddress(certifiedFetch(environment, cwd)),
    alerts: () => aws.use((sdk, clients) => new sdk.AwsAlertReader(clients)),
  };
}
