/** Zones of other accounts under simulation: their roles let everybody in, unless a rehearsal says otherwise. */
import { refusedRole } from "../../ports/zones";
import type { ZoneFinder, ZoneRequest } from "../../ports";
import { accountOfZone, crossAccountZoneId, ownedDomain, zoneIdOf } from "../cloud/zones";

export class SimulatedZones implements ZoneFinder {
  /** @param trusted - whether the roles let the run take them */
  constructor(private readonly trusted: boolean) {}

  find({ roleArn, domain, zoneId }: ZoneRequest) {
    if (!this.trusted) {
      const words = `User: arn:aws:sts::123456789012:assumed-role/simulated is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      return Promise.resolve({ refused: refusedRole(roleArn, words) });
    }
    const name = ownedDomain(domain);
    const account = roleArn.split(":")[4] ?? "";
    if (zoneId !== undefined) return Promise.resolve({ id: zoneId, name: name ?? domain });
    return Promise.resolve(name === undefined ? undefined : { id: crossAccountZoneId(account, name), name });
  }

  own(domain: string, zoneId?: string) {
    const name = ownedDomain(domain);
    if (zoneId !== undefined)
      return Promise.resolve(
        accountOfZone(zoneId) === undefined ? { id: zoneId, name: name ?? domain } : undefined,
      );
    return Promise.resolve(name === undefined ? undefined : { id: zoneIdOf(name), name });
  }
}
