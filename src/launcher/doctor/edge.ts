/** What answers the internet where there is no domain, and whether CloudFront will take the account. */
import type { Project } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import type { AccountInspector } from "../../ports";
import type { Finding } from "./findings";

export interface EdgeFindingsArgs {
  readonly project: Project;
  readonly mode: ModeSettings;
  readonly inspector: AccountInspector;
  /** Whether the stack exists: it keeps what it has. */
  readonly stands: boolean;
}

const check = "domain";

/** Of a project with domains whose file asks for CloudFront in front of them. @returns nothing where none does */
export async function namedEdgeFindings({
  project: { overrides },
  mode,
  inspector,
  stands,
}: EdgeFindingsArgs): Promise<readonly Finding[]> {
  if (mode.edge !== "cloudfront" || overrides["edge"] === undefined) return [];
  const answers: Finding = {
    check: "cloudfront",
    status: "ok",
    message: "CloudFront answers under the services' own names; their certificates are made in us-east-1",
  };
  if (stands || (await inspector.hasDistributions())) return [answers];
  return [answers, unverified("; x-berth: {edge: balancer} does without CloudFront")];
}

/** Of a project without a domain. */
export async function edgeFindings(args: EdgeFindingsArgs): Promise<readonly Finding[]> {
  const { project, mode, inspector, stands } = args;
  const { services } = project;
  const none = "none is set (BERTH_DOMAIN)";
  const named = hasDomains(services) ? await namedEdgeFindings(args) : [];
  if (named.length > 0) return named;
  if (mode.edge === "balancer" || hasDomains(services)) {
    return [
      { check, status: "ok", message: `${none}: services answer over HTTP on the load balancer's name` },
    ];
  }
  if (stands)
    return [{ check, status: "ok", message: `${none}: services keep the addresses that they have` }];
  const answers: Finding = {
    check,
    status: "ok",
    message: `${none}: CloudFront answers over HTTPS, under names of its own`,
  };
  const without = "; x-berth: {edge: balancer} does without CloudFront";
  return (await inspector.hasDistributions()) ? [answers] : [answers, unverified(without)];
}

/**
 * Of a project with static sites, which CloudFront alone serves.
 *
 * @param named - whether there is a domain; without, {@link edgeFindings} speaks of CloudFront's doubts too
 */
export async function siteFindings(
  { project: { services }, mode, inspector, stands }: EdgeFindingsArgs,
  named: boolean,
): Promise<readonly Finding[]> {
  const sites = services.flatMap((service) =>
    service.kind === "container" && service.site !== undefined ? [service.name] : [],
  );
  if (sites.length === 0) return [];
  const served: Finding = {
    check: "static sites",
    status: "ok",
    message: `CloudFront serves ${sites.join(", ")}; the certificate of their own names is made in us-east-1`,
  };
  const told = !named && mode.edge !== "balancer" && !hasDomains(services);
  return stands || told || (await inspector.hasDistributions()) ? [served] : [served, unverified("")];
}

function hasDomains(services: Project["services"]): boolean {
  return services.some(({ kind, ...service }) => kind === "container" && "domains" in service);
}

function unverified(without: string): Finding {
  return {
    check: "cloudfront",
    status: "warn",
    message: "the account has no distribution yet, and CloudFront refuses accounts that AWS has not verified",
    fix: `nothing, until up says so: then ask AWS Support to verify the account (https://console.aws.amazon.com/support/home#/)${without}`,
  };
}
