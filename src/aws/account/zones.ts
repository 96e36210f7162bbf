/** Zones of other accounts, by the roles that those accounts let this one take. */
import { BerthError } from "../../errors";
import { refusedRole, zoneRoleCalls } from "../../ports/zones";
import type { ZoneFinder, ZoneRequest } from "../../ports";
import { ask } from "../ask";
import type { AwsClients, AwsKeys } from "../clients";
import { faultOf } from "../faults";
import { AwsAccountInspector } from "./inspector";

export class RoleZones implements ZoneFinder {
  constructor(private readonly clients: AwsClients) {}

  async find({ roleArn, session, domain, zoneId }: ZoneRequest) {
    const clients = this.clients.withKeys(await this.#take(roleArn, session));
    try {
      const zone = await new AwsAccountInspector(clients).hostedZone(domain, zoneId);
      return zone === undefined ? undefined : { id: zone.id, name: zone.name };
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      throw new BerthError(
        "usage",
        error.problems.map(({ message }) => ({
          message: `looking for the zone as ${roleArn}: ${message}`,
          hint: `the role's own policy has to allow ${zoneRoleCalls.join(", ")}`,
        })),
      );
    } finally {
      await clients.close();
    }
  }

  #take(RoleArn: string, RoleSessionName: string): Promise<AwsKeys> {
    return ask("usage", "sts:AssumeRole", async () => {
      try {
        const sts = await this.clients.sts();
        const { Credentials: keys } = await sts.assumeRole({ RoleArn, RoleSessionName });
        return {
          accessKeyId: keys?.AccessKeyId ?? "",
          secretAccessKey: keys?.SecretAccessKey ?? "",
          sessionToken: keys?.SessionToken ?? "",
        };
      } catch (error) {
        const { cause, message } = faultOf(error);
        if (cause !== "refused") throw error;
        throw new BerthError("usage", refusedRole(RoleArn, message));
      }
    });
  }
}
