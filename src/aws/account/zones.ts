/** Zones of other accounts, by the roles that those accounts let this one take. */
import { BerthError, type Problem } from "../../errors";
import { refusedRole, zoneRoleCalls } from "../../ports/zones";
import type { FoundZone, RefusedZone, ZoneFinder, ZoneRequest } from "../../ports";
import type { AwsClients, AwsKeys } from "../clients";
import { awsError, faultOf } from "../faults";
import { AwsAccountInspector } from "./inspector";

export class RoleZones implements ZoneFinder {
  constructor(private readonly clients: AwsClients) {}

  async find({ roleArn, session, domain, zoneId }: ZoneRequest) {
    let keys;
    try {
      keys = await this.#take(roleArn, session);
    } catch (error) {
      return refusal(`sts:AssumeRole ${roleArn}`, error, () => refusedRole(roleArn, faultOf(error).message));
    }
    const clients = this.clients.withKeys(keys);
    try {
      return await zoneOf(clients, domain, zoneId);
    } catch (error) {
      return refusal(`the zone of ${domain} as ${roleArn}`, error, ({ message }) => ({
        message: `looking for the zone as ${roleArn}: ${message}`,
        hint: `the role's own policy has to allow ${zoneRoleCalls.join(", ")}`,
      }));
    } finally {
      await clients.close();
    }
  }

  async own(domain: string, zoneId?: string) {
    try {
      return await zoneOf(this.clients, domain, zoneId);
    } catch (error) {
      throw awsError("deployment", `the zone of ${domain}`, causeOf(error));
    }
  }

  async #take(RoleArn: string, RoleSessionName: string): Promise<AwsKeys> {
    const sts = await this.clients.sts();
    const { Credentials: keys } = await sts.assumeRole({ RoleArn, RoleSessionName });
    return {
      accessKeyId: keys?.AccessKeyId ?? "",
      secretAccessKey: keys?.SecretAccessKey ?? "",
      sessionToken: keys?.SessionToken ?? "",
    };
  }
}

async function zoneOf(clients: AwsClients, domain: string, zoneId?: string): Promise<FoundZone | undefined> {
  const zone = await new AwsAccountInspector(clients).hostedZone(domain, zoneId);
  return zone === undefined ? undefined : { id: zone.id, name: zone.name };
}

/** @throws BerthError where it is none: the network, throttling, the caller's own keys */
function refusal(
  path: string,
  error: unknown,
  told: (failed: Problem) => RefusedZone["refused"],
): RefusedZone {
  const failed = awsError("deployment", path, causeOf(error));
  const [problem] = failed.problems;
  if (problem === undefined || faultOf(failed.cause).cause !== "refused") throw failed;
  return { refused: told(problem) };
}

/** What AWS, or the way to it, said. */
function causeOf(error: unknown): unknown {
  return error instanceof BerthError ? (error.cause ?? error) : error;
}
