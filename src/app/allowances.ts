/**
 * What the account's owner lets Berth do in it, compared with a project before anything is made: policies of services,
 * and DNS records. IAM refuses the rest in the middle of a deployment (`stacks/bootstrap.yaml`).
 */
import { BerthError, type Problem, type SourceLocation } from "../errors";
import type { ModeSettings } from "../modes/modes";
import type { CrossAccountZone, ZoneFinder } from "../ports";
import { definedOnly } from "../defined";
import { isCrossAccount, nearerZones, type CrossAccountSettings } from "./cross-account-zones";
import { containersOf } from "../model/containers";
import type { ContainerService, Project, Warning } from "../model/project";

/** The account owner's word, as `berth bootstrap` took it. */
export interface Allowances {
  /** Policies beside {@link allowedByDefault}: ARNs, with `*` for any text. @default nothing is known of them */
  readonly allowedPolicies?: readonly string[] | undefined;
  /** Names of records, with `*` for any text. @default nothing is known of them */
  readonly recordNames?: readonly string[] | undefined;
}

/**
 * AWS's own policies that any service may have: those that only read, and those that only write what nobody else reads
 * as data of his. The template has the same list.
 */
export const allowedByDefault: readonly string[] = [
  "*ReadOnlyAccess",
  "AWSXRayDaemonWriteAccess",
  "AWSXrayWriteOnlyAccess",
  "AmazonPrometheusRemoteWriteAccess",
  "CloudWatchAgentServerPolicy",
  "*ReadOnly",
].map((name) => `arn:*:iam::aws:policy/${name}`);

export interface AllowanceArgs {
  readonly project: Project;
  readonly mode: Pick<ModeSettings, "delegatedZone">;
  readonly settings: Allowances & CrossAccountSettings;
  readonly locate: (path: string) => SourceLocation | undefined;
}

/**
 * @returns warnings of what needs the owner's word in an account of which nothing is known
 * @throws BerthError (project) with everything that the account's owner has not allowed
 */
export function judgeAllowances(args: AllowanceArgs): readonly Warning[] {
  const { project, settings: allowances, locate } = args;
  const services = containersOf(project);
  const refused = services.flatMap((service) => refusedPolicies(service, allowances));
  const domains = refusedDomains(services, args);
  const known = allowances.allowedPolicies !== undefined;
  const problems = [...(known ? refused : []), ...domains].map((problem): Problem => {
    const location = locate(problem.path);
    return location === undefined ? problem : { ...problem, location };
  });
  if (problems.length > 0) throw new BerthError("project", problems);
  return known ? [] : refused.map(({ path, message, hint }) => ({ path, message: `${message}: ${hint}` }));
}

type Refused = Problem & { readonly path: string; readonly hint: string };

function refusedPolicies(
  service: ContainerService,
  { allowedPolicies = [] }: Allowances,
): readonly Refused[] {
  const allowed = [...allowedByDefault, ...allowedPolicies];
  return (service.policies ?? [])
    .filter((policy) => !allowed.some((pattern) => coversPolicy(pattern, policy)))
    .map((policy) => ({
      path: `services.${service.name}.x-policies`,
      message: `${policy} lets a service do more than read, so the account's owner has to allow it`,
      hint: `berth bootstrap --allow-policies ${[...allowedPolicies, arnOf(policy)].join(",")}`,
    }));
}

function arnOf(policy: string): string {
  return policy.startsWith("arn:") ? policy : `arn:aws:iam::*:policy/${policy}`;
}

/** Whether a pattern covers a policy; one of the account's own may be given by its name. */
function coversPolicy(pattern: string, policy: string): boolean {
  if (policy.startsWith("arn:")) return covers(pattern, policy);
  const [owner = "", name = ""] = pattern.split(":policy/");
  return !owner.endsWith(":aws") && covers(name, policy);
}

/**
 * The same for names that lie below the domain, whose zone a role of another account changes, where this account has a nearer
 * zone for them.
 *
 * @throws BerthError (project) with all that the account's owner has not allowed; what the finder throws
 */
export async function judgeNearerZones(
  args: AllowanceArgs & { readonly region: string; readonly crossAccountZones: readonly CrossAccountZone[] },
  finderOf: () => Promise<ZoneFinder>,
): Promise<void> {
  const { domain, hostedZoneRoleArn, recordNames } = args.settings;
  if (domain === undefined || hostedZoneRoleArn === undefined || recordNames === undefined) return;
  const crossAccount = isCrossAccount(args, args.mode);
  const found = new Set(args.crossAccountZones.map(({ of }) => of));
  const named = containersOf(args.project).flatMap(({ domains = [] }) =>
    domains.flatMap((own) =>
      crossAccount(own.name, own) && !found.has(own.name) ? [{ path: own.from, domain: own.name }] : [],
    ),
  );
  const unknown = named.filter((one) => !isCovered(one.domain, recordNames));
  const nearer = await nearerZones(args, unknown, finderOf);
  const problems = refusedNames(
    unknown.filter((one) => nearer.has(one.domain)),
    recordNames,
  ).map((problem) => ({ ...problem, ...definedOnly({ location: args.locate(problem.path) }) }));
  if (problems.length > 0) throw new BerthError("project", problems);
}

function refusedDomains(services: readonly ContainerService[], args: AllowanceArgs): readonly Refused[] {
  const { domain, recordNames } = args.settings;
  if (recordNames === undefined) return [];
  const crossAccount = isCrossAccount(args, args.mode);
  const named = services.flatMap(({ domains = [] }) =>
    domains.flatMap((own) => (crossAccount(own.name, own) ? [] : [{ path: own.from, domain: own.name }])),
  );
  const own = domain === undefined || crossAccount(domain) ? [] : [{ path: "BERTH_DOMAIN", domain }];
  return refusedNames([...own, ...named], recordNames);
}

function refusedNames(
  names: readonly { readonly path: string; readonly domain: string }[],
  recordNames: readonly string[],
): readonly Refused[] {
  const given = recordNames.filter((pattern) => !pattern.startsWith("*"));
  return names
    .filter(({ domain }) => !isCovered(domain, recordNames))
    .map(({ path, domain }) => ({
      path,
      message: `the CD task may not change the DNS records of ${domain}`,
      hint: `berth bootstrap --domains ${[...given, domain].join(",")}`,
    }));
}

function isCovered(domain: string, recordNames: readonly string[]): boolean {
  return recordNames.some((pattern) => covers(pattern, domain));
}

/** Whether a pattern with `*` for any text covers all of a text. */
function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
