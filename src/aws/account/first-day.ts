/** What the first run in an account left, by IAM and CloudWatch Logs. */
import type { FirstDay } from "../../ports";
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";

export class AwsFirstDay implements FirstDay {
  constructor(private readonly clients: AwsClients) {}

  async missingRoles(names: readonly string[]): Promise<readonly string[]> {
    try {
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
    } catch (error) {
      throw awsError("usage", "iam:GetRole", error);
    }
  }

  async lastEvent(logGroupName: string): Promise<number | undefined> {
    try {
      const logs = await this.clients.logs();
      const { logStreams = [] } = await logs.describeLogStreams({
        logGroupName,
        orderBy: "LastEventTime",
        descending: true,
        limit: 1,
      });
      return logStreams[0]?.lastEventTimestamp ?? logStreams[0]?.lastIngestionTime;
    } catch (error) {
      if (faultOf(error).code === "ResourceNotFoundException") return undefined;
      throw awsError("usage", logGroupName, error);
    }
  }
}
