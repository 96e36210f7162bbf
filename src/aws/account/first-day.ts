/** What the first run in an account left, by IAM and CloudWatch Logs. */
import type { FirstDay } from "../../ports";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";
import { faultOf } from "../faults";

export class AwsFirstDay implements FirstDay {
  constructor(private readonly clients: AwsClients) {}

  async missingRoles(names: readonly string[]): Promise<readonly string[]> {
    return ask("usage", "iam:GetRole", async () => {
      const iam = await this.clients.iam();
      const found = await Promise.all(
        names.map(async (RoleName) => {
          try {
            await iam.getRole({ RoleName });
            return true;
          } catch (error) {
            if (/^NoSuchEntity/.test(faultOf(error).code)) return false;
            throw error;
          }
        }),
      );
      return names.filter((_, index) => found[index] === false);
    });
  }

  async lastEvent(logGroupName: string): Promise<number | undefined> {
    return askIfThere("usage", logGroupName, ["ResourceNotFoundException"], async () => {
      const logs = await this.clients.logs();
      const { logStreams = [] } = await logs.describeLogStreams({
        logGroupName,
        orderBy: "LastEventTime",
        descending: true,
        limit: 1,
      });
      return logStreams[0]?.lastEventTimestamp ?? logStreams[0]?.lastIngestionTime;
    });
  }
}
