/** What looks at an account, and has nothing to look at in a simulated one. */
import type { Deps } from "../app/deps";
import type { LazyAws } from "../wiring/lazy-aws";

export type Lookers = Pick<Deps, "fileSystems" | "alerts" | "balancerLimits" | "quotas">;

export function lookersOf(aws: LazyAws): Lookers & Pick<Deps, "zones"> {
  return {
    fileSystems: () => aws.use((sdk, clients) => new sdk.EfsFileSystems(clients)),
    quotas: () => aws.use((sdk, clients) => new sdk.AwsAccountInspector(clients)),
    balancerLimits: () => aws.use((sdk, clients) => new sdk.AwsAccountInspector(clients).balancerLimits()),
    zones: () => aws.use((sdk, clients) => new sdk.RoleZones(clients)),
    alerts: () => aws.use((sdk, clients) => new sdk.AwsAlertReader(clients)),
  };
}
