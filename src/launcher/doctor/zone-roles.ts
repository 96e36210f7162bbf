/** Zones of other accounts: whether the CD task may take their roles, and whether public DNS leads to them. */
import { crossAccountNames } from "../../app/cross-account-zones";
import { definedOnly } from "../../defined";
import type { CloudStack } from "../../ports";
import type { Project } from "../../model/project";
import { provenBase } from "../../model/deployed-certificates";
import type { Finding } from "./findings";

export interface ZoneRoleArgs {
  readonly project: Project;
  readonly stack: string;
  readonly domain?: string;
  readonly hostedZoneRoleArn?: string;
  /** The bootstrap stack. */
  readonly bootstrap: () => Promise<CloudStack | undefined>;
  /** The name servers that public DNS has for a name; empty where it knows none. */
  readonly resolveNs: (name: string) => Promise<readonly string[]>;
}

/** Whether a role lets the CD task in is the other account's word, which the CD task alone can ask for. */
export async function zoneRoleFindings(args: ZoneRoleArgs): Promise<readonly Finding[]> {
  const { project, stack: own, domain, hostedZoneRoleArn } = args;
  const names = crossAccountNames({
    project,
    settings: { stack: own, ...definedOnly({ domain, hostedZoneRoleArn }) },
  });
  if (names.length === 0) return [];
  const stack = await args.bootstrap();
  const roles = [...new Set(names.map(({ roleArn }) => roleArn))];
  const allowed = (stack?.parameters["ZoneRoleArns"] ?? "").split(",").filter((arn) => arn !== "");
  const all = [...new Set([...allowed, ...roles])].join(",");
  const ofRoles = roles.map((role): Finding => {
    const of = names.flatMap(({ roleArn, of: name }) => (roleArn === role ? [name] : [])).join(", ");
    return allowed.includes(role)
      ? {
          check: "domain",
          status: "ok",
          message: `the CD task may ask for ${role}, which changes the records of ${of}; berth preview shows whether the role lets it in`,
        }
      : {
          check: "domain",
          status: "fail",
          message: `the CD task may not assume ${role}, which changes the records of ${of}`,
          fix: `berth bootstrap --zone-roles ${all}`,
        };
  });
  const bases = [...new Set(names.map(({ of }) => provenBase(of)))];
  const asked = await Promise.all(bases.map((name) => delegation(name, args.resolveNs)));
  return [...ofRoles, ...asked.flat()];
}

/** A domain for which public DNS has no name servers, nor for one above it, is nobody's yet. */
async function delegation(name: string, resolveNs: ZoneRoleArgs["resolveNs"]): Promise<readonly Finding[]> {
  const labels = name.split(".");
  for (let first = 0; first <= labels.length - 2; first++)
    if ((await resolveNs(labels.slice(first).join("."))).length > 0) return [];
  return [
    {
      check: "domain",
      status: "fail",
      message: `no name server is asked for ${name}: neither it nor a domain above it is delegated`,
      fix: "at the registrar, or in the parent zone, set the name servers of the zone in the other account",
    },
  ];
}
