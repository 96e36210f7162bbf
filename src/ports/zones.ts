/** Public hosted zones of other accounts, which a role lets a run change. */
import type { Problem } from "../errors";

/** The zone of another account that a name is in. */
export interface CrossAccountZone {
  /** The name of this project that is in it: `BERTH_DOMAIN`, or a domain of a service's own. */
  readonly of: string;
  readonly id: string;
  /** Its own name, without the dot at its end. */
  readonly name: string;
  /** The role of its account that changes its records. */
  readonly roleArn: string;
}

export interface ZoneRequest {
  readonly roleArn: string;
  /** By which the zone's account knows the run: 2 to 64 characters (STS API, AssumeRole, RoleSessionName). */
  readonly session: string;
  /** Without the `*.` of a wildcard. */
  readonly domain: string;
  /** @default the zone with the longest name that the domain is in */
  readonly zoneId?: string;
}

/** A public zone, and its name without the dot at its end. */
export interface FoundZone {
  readonly id: string;
  readonly name: string;
}

/** That the role can't be taken, or may not look. */
export interface RefusedZone {
  readonly refused: Pick<Problem, "message" | "hint">;
}

/** Every method rejects with a BerthError where nobody is let in, or AWS can't be asked. */
export interface ZoneFinder {
  /**
   * Takes the role and looks for the zone with it.
   *
   * @returns `undefined` where the role's account has no such public zone
   */
  find(request: ZoneRequest): Promise<FoundZone | RefusedZone | undefined>;
  /**
   * A public zone of the run's own account.
   *
   * @param zoneId - as in {@link ZoneRequest}
   */
  own(domain: string, zoneId?: string): Promise<FoundZone | undefined>;
}

/** The calls that the role has to be allowed, as the provider and Berth make them. */
export const zoneRoleCalls = [
  "route53:ChangeResourceRecordSets",
  "route53:GetChange",
  "route53:GetHostedZone",
  "route53:ListHostedZones",
  "route53:ListResourceRecordSets",
] as const;

/** What is reported where AWS refuses the role to the run. @param words - AWS's own */
export function refusedRole(arn: string, words: string): { readonly message: string; readonly hint: string } {
  return {
    message: `sts:AssumeRole ${arn} is refused: ${words}`,
    hint: `both sides have to allow it: berth bootstrap --zone-roles ${arn} in this account, with commas between it and the roles that are allowed there already, and the role's trust policy in the other (docs/domains.md, "A zone in another account", has the command)`,
  };
}
