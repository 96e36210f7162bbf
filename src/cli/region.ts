/** The region of a run. */
import type { Settings } from "../settings/settings";
import type { LazyAws } from "../wiring/lazy-aws";

/** Where nothing says otherwise, and no account is asked. */
const simulatedRegion = "us-east-1";

/** The region that is set; under simulation one is assumed, else the profile's counts. */
export async function regionOf(settings: Settings, aws: LazyAws): Promise<string> {
  if (settings.region !== undefined) return settings.region;
  if (settings.simulate) return simulatedRegion;
  return aws.use(async (sdk, clients) => {
    try {
      return await clients.region();
    } catch (error) {
      throw sdk.awsError("usage", "AWS_REGION", error);
    }
  });
}
