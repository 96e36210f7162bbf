/** What looks at an account, and has nothing to look at in a simulated one. */
import type { Deps } from "../app/deps";
import type { LazyAws } from "../wiring/lazy-aws";

export function lookersOf(aws: LazyAws): Pick<Deps, "fileSystems" | "alerts"> {
  return {
    fileSystems: () => aws.use((sdk, clients) => new sdk.EfsFileSystems(clients)),
    alerts: () => aws.use((sdk, clients) => new sdk.AwsAlertReader(clients)),
  };
}
