/** Public zones outside of a stack: which domains have one, and which account it is in. Pure. */
import type { Properties } from "./cloud";
import { CloudError } from "./error";
import { hexOf } from "./naming";
import { listOf, recordOf } from "./values";

/** Every name of two labels but those under `.example`, whose zones represent ones elsewhere (RFC 2606). */
const owned = /(?:^|\.)([^.]+\.(?!example$)[^.]+)$/;

/** The domain whose zone a name is in. @returns `undefined` where nobody has one */
export function ownedDomain(name: string): string | undefined {
  return owned.exec(name)?.[1];
}

/** The id of a domain's zone in this account. */
export function zoneIdOf(domain: string): string {
  return `Z0${hexOf(18, domain).toUpperCase()}`;
}

const crossAccount = /^Z9(\d{12})[0-9A-F]{10}$/;

/** The id of a zone in another account, which the id names: a simulated AWS knows nothing else of others. */
export function crossAccountZoneId(account: string, domain: string): string {
  return `Z9${account}${hexOf(10, domain).toUpperCase()}`;
}

/** The account that a zone is in, where it is another one than the stack's. */
export function accountOfZone(zoneId: string): string | undefined {
  return crossAccount.exec(zoneId)?.[1];
}

/** The role whose name a provider's calls are made in, by its inputs, which are JSON in part. @default the caller's own */
export function roleOf(provider: Properties | undefined): string | undefined {
  const roles: unknown = provider?.["assumeRoles"];
  const list: unknown = typeof roles === "string" ? JSON.parse(roles) : roles;
  const arn: unknown = recordOf(listOf(list)[0])["roleArn"];
  return typeof arn === "string" ? arn : undefined;
}

/**
 * A zone of another account is changed in the name of that account's role alone, and one of this account never is.
 *
 * @param doing - `creating`, `updating`, `deleting`
 * @param role - in whose name the call is made. @default the caller's own
 * @throws CloudError in Route 53's words
 */
export function guardZone(
  doing: string,
  { type, zoneId }: { readonly type: string; readonly zoneId: unknown },
  role: string | undefined,
): void {
  if (type !== "aws:route53/record:Record" || typeof zoneId !== "string") return;
  const owner = accountOfZone(zoneId);
  if (owner === role?.split(":")[4]) return;
  throw new CloudError(
    `${doing} Route 53 Record: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User: ${role ?? "simulated"} is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/${zoneId}`,
  );
}
