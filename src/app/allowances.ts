/**
 * What the account's owner lets Berth do in it, held against a project before anything is made: policies of services,
 * and DNS records. IAM refuses the rest in the middle of a deployment (`stacks/bootstrap.yaml`).
 */
import { BerthError, type Problem, type SourceLocation } from "../errors";
import type { ModeSettings } from "../modes/modes";
import { isAway, type AwaySettings } from "./away-zones";
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
  readonly settings: Allowances & AwaySettings;
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

function refusedDomains(services: readonly ContainerService[], args: AllowanceArgs): readonly Refused[] {
  const { domain, recordNames } = args.settings;
  if (recordNames === undefined) return [];
  const away = isAway(args, args.mode);
  const named = services.flatMap(({ domains = [] }) =>
    domains.flatMap((own) => (away(own.name, own) ? [] : [{ path: own.from, domain: own.name }])),
  );
  const given = recordNames.filter((pattern) => !pattern.startsWith("*"));
  const own = domain === undefined || away(domain) ? [] : [{ path: "BERTH_DOMAIN", domain }];
  return [...own, ...named]
    .filter((one) => !recordNames.some((pattern) => covers(pattern, one.domain)))
    .map((one) => ({
      path: one.path,
      message: `the CD task may not change the DNS records of ${one.domain}`,
      hint: `berth bootstrap --domains ${[...given, one.domain].join(",")}`,
    }));
}

/** Whether a pattern with `*` for any text covers all of a text. */
function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
