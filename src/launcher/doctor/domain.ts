/** The domain: its hosted zone, whether public DNS leads to that zone, and the certificate of the stack. */
import type { AccountInspector, StackIdentity } from "../../ports";
import { projectDomainOf } from "../../model/naming";
import type { Finding } from "./findings";

export interface DomainArgs {
  readonly domain: string;
  readonly hostedZoneId?: string;
  readonly stack: StackIdentity;
  readonly inspector: AccountInspector;
  /** The name servers that public DNS has for a name; empty where it knows none. */
  readonly resolveNs: (name: string) => Promise<readonly string[]>;
}

export async function domainFindings(args: DomainArgs): Promise<readonly Finding[]> {
  const { domain, hostedZoneId, inspector, resolveNs } = args;
  const zone = await inspector.hostedZone(domain, hostedZoneId);
  if (zone === undefined) {
    const named = hostedZoneId === undefined ? "" : ` with the id ${hostedZoneId}`;
    return [
      {
        check: "domain",
        status: "fail",
        message: `this account has no public hosted zone${named} for ${domain}`,
        fix: `make one in Route 53 and delegate the domain to it, set BERTH_HOSTED_ZONE_ID, or, where another account has it, BERTH_HOSTED_ZONE_ROLE_ARN`,
      },
    ];
  }
  const known = (await resolveNs(zone.name)).map((name) => name.toLowerCase().replace(/\.$/, ""));
  const own = zone.nameServers.map((name) => name.toLowerCase());
  const servers = own.join(", ");
  const delegated = known.some((name) => own.includes(name));
  const delegation: Finding = delegated
    ? {
        check: "domain",
        status: "ok",
        message: `${domain} is answered by the hosted zone ${zone.name} (${zone.id})`,
      }
    : {
        check: "domain",
        status: "fail",
        message:
          known.length === 0
            ? `no name server is asked for ${zone.name}: it is not delegated to its hosted zone ${zone.id}`
            : `${zone.name} is delegated to ${known.join(", ")}, and not to its hosted zone ${zone.id}`,
        fix: `at the registrar, or in the parent zone, set the name servers of ${zone.name} to ${servers}`,
      };
  return [delegation, await certificateFinding(args)];
}

export async function certificateFinding({
  domain,
  stack,
  inspector,
}: Pick<DomainArgs, "domain" | "stack" | "inspector">): Promise<Finding> {
  const check = "certificate";
  const name = `*.${projectDomainOf(stack.project, stack.stack, domain)}`;
  const certificate = await inspector.certificate(name);
  if (certificate === undefined) return { check, status: "ok", message: `berth up will ask for ${name}` };
  const { status, records } = certificate;
  if (status === "ISSUED") return { check, status: "ok", message: `${name} is issued` };
  const waiting = status === "PENDING_VALIDATION";
  const wanted = records.map((record) => `${record.name} ${record.type} ${record.value}`).join("; ");
  return {
    check,
    status: waiting ? "warn" : "fail",
    message: `${name} is ${status}`,
    fix: waiting
      ? `ACM waits for the record ${wanted}; once the zone's name servers answer, it is issued within minutes`
      : "run berth up again, which asks for another one in its place",
  };
}
