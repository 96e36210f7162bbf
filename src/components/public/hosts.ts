/** What the account knows of the hosts that a project is published under: asked once, before the first resource. */
import type { NetworkRoute } from "./network-routes";
import { getCertificate } from "@pulumi/aws/acm/getCertificate";
import type { Provider } from "@pulumi/aws/provider";
import { BerthError, type Problem } from "../../errors";
import { definedOnly } from "../../defined";
import { isWithin, projectDomainOf } from "../../model/naming";
import type { DeployedCertificates } from "../../model/deployed-certificates";
import type { DeployedNames } from "../../model/deployed-names";
import {
  certificateGroups,
  isShort,
  longName,
  tooLong,
  type CertificateGroup,
  type NeededName,
} from "./certificate-groups";
import type { OwnHost, OwnZone } from "./own-host";
import { orNone, Zones, type FoundZone } from "./public-zones";
import { doorProblems, noZone, originHost } from "./door-hosts";
import type { Door } from "./doors";
import type { PublicRoute, RoutedDomain } from "./routes";
import type { CrossAccountZones, RecordZone } from "./record-zone";
import { namesOf } from "./site-paths";
import type { PlacedSite } from "./sites";
import type { Scope } from "../stack/scope";

export interface PublicHosts {
  /** The zone of the domain that services are published under. @default there is no such domain */
  readonly zone?: RecordZone;
  /** Each own domain once; a static site's is none of them. */
  readonly own: readonly OwnHost[];
  /** Which of them share a certificate; those that the project's own is good for are in none. */
  readonly groups: readonly CertificateGroup<OwnHost>[];
  /** The project's own certificate. @default there is no domain that services are published under */
  readonly projectGroup?: CertificateGroup<NeededName>;
  /** By a static site's service: the zones of its names, in their order. */
  readonly sites: ReadonlyMap<string, readonly OwnZone[]>;
  /** By what name distributions with names of services ask the load balancer; it is one of `own`. @default there are none */
  readonly origin?: string;
}

export interface PublicHostsArgs {
  readonly scope: Scope;
  readonly routes: readonly PublicRoute[];
  readonly networkRoutes: readonly NetworkRoute[];
  readonly sites: readonly PlacedSite[];
  readonly doors: readonly Door[];
  /** Names that distributions have already. @default none */
  readonly names?: DeployedNames;
  readonly domain: string | undefined;
  readonly hostedZoneId: string | undefined;
  /** Those of other accounts that names lie in. */
  readonly crossAccount: CrossAccountZones;
  readonly deployed: DeployedCertificates;
  readonly provider: Provider;
}

/**
 * Looks up zones and certificates.
 *
 * @throws BerthError (usage) where no public zone of the account holds the domain that services are published under, or a
 * name of a static site; where no certificate can have a name
 */
export async function findPublicHosts(args: PublicHostsArgs): Promise<PublicHosts> {
  const { scope, routes, networkRoutes, sites, domain } = args;
  if (routes.length + networkRoutes.length + sites.length === 0)
    return { own: [], groups: [], sites: new Map() };
  const zones = new Zones(args.provider, args.crossAccount, namedZone(args));
  const zone = domain === undefined ? undefined : await zones.of(domain);
  if (domain !== undefined && zone === undefined) {
    throw new BerthError("usage", {
      path: "BERTH_DOMAIN",
      message: `${JSON.stringify(domain)}: this account has no public hosted zone that contains it`,
      hint: `aws route53 create-hosted-zone --caller-reference 1 --name ${domain}, name the zone in BERTH_HOSTED_ZONE_ID, or, where another account has it, a role there in BERTH_HOSTED_ZONE_ROLE_ARN`,
    });
  }
  const projectDomain =
    domain === undefined ? undefined : projectDomainOf(scope.project, scope.stack, domain);
  const own = new Map<string, OwnHost>();
  const taken = namesOf(sites);
  const domains = routes.flatMap((route) => route.domains).filter(({ name }) => !taken.has(name));
  const names = new Set(domains.map(({ name }) => name));
  for (const found of domains) {
    if (own.has(found.name)) continue;
    // A name and its wildcard share a certificate, which is known by the wildcard.
    const certified = names.has(`*.${found.name}`) ? `*.${found.name}` : found.name;
    own.set(found.name, await ownHost(found, { projectDomain, certified, zones }, args));
  }
  const found = await siteZones(sites, projectDomain, zones);
  const published = [...own.values()];
  const problems = doorProblems(args.doors, sites, published, args.names);
  if (problems.length > 0) throw new BerthError("usage", problems);
  const within = projectZoneName(projectDomain, args);
  const origin = originHost(scope, args.doors, { own: published, projectDomain, within });
  const hosts = [...published, ...(origin === undefined ? [] : [origin])];
  return {
    ...definedOnly({ zone: zone && takingRecords(zone), origin: origin?.name }),
    own: hosts,
    ...groupsOf(hosts, projectDomain, args),
    sites: found,
  };
}

function groupsOf(
  hosts: readonly OwnHost[],
  projectDomain: string | undefined,
  args: PublicHostsArgs,
): Pick<PublicHosts, "groups" | "projectGroup"> {
  const { deployed, sites } = args;
  const needed = hosts.filter(({ certificate }) => certificate !== "covered");
  const within = projectZoneName(projectDomain, args);
  const apex = hosts.filter(({ name }) => name === projectDomain).map(({ name }) => ({ name, within }));
  const own = projectDomain === undefined ? [] : [{ name: `*.${projectDomain}`, within }, ...apex];
  const lonely = sites.flatMap(({ names }) => (names.some(isShort) ? [] : names.slice(0, 1)));
  const problems = [...tooLong(own.slice(0, 1)), ...tooLong(needed), ...lonely].map(problemOf);
  if (problems.length > 0) throw new BerthError("usage", problems);
  const [projectGroup] = certificateGroups(own, []);
  return { groups: certificateGroups(needed, deployed.groups), ...definedOnly({ projectGroup }) };
}

/** The domain of the zone of the project's names: its own part, where that has a zone of its own. */
function projectZoneName(
  projectDomain: string | undefined,
  { scope, domain }: PublicHostsArgs,
): string | undefined {
  return scope.mode.delegatedZone ? projectDomain : domain;
}

function problemOf({ name, from }: { readonly name: string; readonly from?: string }): Problem {
  const hint =
    from === undefined
      ? "use a shorter domain, or shorter names of project and stack"
      : "name a shorter one beside it, or make a public zone in this account for a domain above it that is short enough";
  return longName({ name, ...definedOnly({ from }) }, hint);
}

/** A distribution takes no name whose certificate is not issued, and that takes a record in the name's zone. */
async function siteZones(
  sites: readonly PlacedSite[],
  projectDomain: string | undefined,
  zones: Zones,
): Promise<PublicHosts["sites"]> {
  const problems: Problem[] = [];
  const found = new Map<string, OwnZone[]>();
  for (const { service, names } of sites) {
    const own: OwnZone[] = [];
    for (const { name, zoneId, from } of names) {
      const isProjects = from === undefined || (projectDomain !== undefined && isWithin(name, projectDomain));
      const zone = isProjects ? undefined : await zones.of(name, zoneId);
      if (!isProjects && zone === undefined) problems.push(noZone(name, from, "remove the name"));
      own.push(zone === undefined ? "project" : takingRecords(zone));
    }
    found.set(service.name, own);
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return found;
}

async function ownHost(
  { name, zoneId, from }: RoutedDomain,
  known: { readonly projectDomain: string | undefined; readonly certified: string; readonly zones: Zones },
  args: PublicHostsArgs,
): Promise<OwnHost> {
  const { projectDomain, certified, zones } = known;
  if (projectDomain !== undefined && isWithin(name, projectDomain)) {
    const covered = name === projectDomain || parentOf(name) === projectDomain;
    const within = projectZoneName(projectDomain, args);
    return { name, within, from, zone: "project", certificate: covered ? "covered" : "validated" };
  }
  const found = await zones.of(name, zoneId);
  if (found !== undefined)
    return { name, within: found.name, from, zone: takingRecords(found), certificate: "validated" };
  const issued = await isIssued(certified, args.scope, args.provider);
  return { name, from, zone: undefined, certificate: issued ? "issued" : "pending" };
}

/** The zone that the settings name is that of every host below the domain, unless one of them has a zone of its own. */
function namedZone({ domain, hostedZoneId, crossAccount }: PublicHostsArgs): ReadonlyMap<string, FoundZone> {
  if (domain === undefined) return new Map();
  const found =
    crossAccount.find(domain) ??
    (hostedZoneId === undefined ? undefined : { id: hostedZoneId, name: domain });
  return new Map(found === undefined ? [] : [[domain, found]]);
}

function takingRecords({ id, provider }: FoundZone): RecordZone {
  return { id, ...definedOnly({ provider }) };
}

function parentOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** Whether the stack's certificate for a domain has been issued, which takes a record that Berth can't set. */
async function isIssued(domain: string, scope: Scope, provider: Provider): Promise<boolean> {
  const search = { domain, statuses: ["ISSUED"], mostRecent: true, tags: scope.tags() };
  return (await orNone(getCertificate(search, { provider }).then(({ arn }) => arn))) !== undefined;
}
