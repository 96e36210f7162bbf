/** Which ports of a project the internet reaches, and under what address: decided before the first resource. */
import { compareRanks, siteRank } from "../../model/site-rank";
import { BerthError, type Problem } from "../../errors";
import type { ContainerService, OwnDomain, PathPrefix, Project } from "../../model/project";
import { domainRuleNames } from "../../model/deployed-balancing";
import { projectDomainOf, nameLimits, physicalName, shortHash } from "../../model/naming";
import type { Edge } from "../../model/edge";
import { mainSite } from "./main-site";
import type { PlacedPort, PublishedPort, Place } from "./places";
import { notSpoken, sameAddress } from "./route-problems";

/** One published port: a target group, and a rule of the load balancer for each of its addresses. */
export interface PublicRoute extends PlacedPort {
  /** Of the listener's rule, 1 to 50000, lowest first; it stays when other routes come and go. */
  readonly priority: number;
  /** Of the rule by which its next target group belongs to the load balancer, and which no request meets. */
  readonly parkedPriority: number;
  readonly domains: readonly RoutedDomain[];
  /** Logical names that are other ports' and their domains': of two that would have one name, the first in the alphabet has it. */
  readonly taken: ReadonlySet<string>;
}

/** A domain of a service's own, and the priority of its rule. */
export interface RoutedDomain extends OwnDomain {
  readonly priority: number;
}

/**
 * The published ports of a project.
 *
 * With a domain each has a host name, `<service>.<project>.<domain>`. Without one they share the load balancer's own
 * name: one service has `/`, the others `/<service>/`. It is the one that asks for it (`x-path: /`), else the one that has
 * it already, else the one that most looks like the site. A service's own domains and its path are those of its first
 * published port.
 *
 * Behind CloudFront each port has a distribution of its own, and is at its root; one with a path of its own (`x-path: /api`)
 * is at that path of the distribution of the static site, else of the service that would have `/`.
 *
 * @param domain - `example.com`
 * @param deployed - the service that has `/` already. @default the stack is new, or has had a domain
 * @param edge - what answers the internet where there is no domain. @default the load balancer
 * @throws BerthError (project): a protocol that the load balancer takes over HTTPS only, where there is no domain; two
 * ports at one address
 */
export function publicRoutes(
  project: Project,
  stack: string,
  domain: string | undefined,
  deployed?: string,
  edge: Edge = "balancer",
): readonly PublicRoute[] {
  const ports = project.services.flatMap((service) =>
    service.kind === "container" ? publishedPorts(service) : [],
  );
  const root = domain === undefined ? rootOf(ports, project, deployed, edge) : undefined;
  const main = mainSite(project);
  const site = main && { name: hostLabel(main.name, "") };
  const placed = ports.map((port): PlacedPort => {
    if (domain !== undefined)
      return { ...port, at: { host: `${port.name}.${projectDomainOf(project.name, stack, domain)}` } };
    if (edge === "cloudfront")
      return { ...port, at: atEdge(port, site ?? root ?? firstByName(ports) ?? port) };
    if (port === root) return { ...port, at: { path: "/" } };
    return { ...port, at: { path: `${port.prefix?.prefix ?? `/${port.name}`}/` } };
  });
  refuse([...notSpoken(placed, domain, edge), ...sameAddress(placed)]);
  return withPriorities(placed);
}

function firstByName(ports: readonly PublishedPort[]): PublishedPort | undefined {
  return [...ports].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
}

/** @param site - the port that has the distribution at which the paths of others are */
function atEdge({ name, prefix }: PublishedPort, site: Pick<PublishedPort, "name">): Place {
  return prefix === undefined ? { edge: name, path: "/" } : { edge: site.name, path: `${prefix.prefix}/` };
}

/** What of the paths at a route's main address leads to it. @returns `undefined` where all of them do */
export function mainPrefix({ at, prefix }: Pick<PublicRoute, "at" | "prefix">): PathPrefix | undefined {
  if ("host" in at || at.path === "/") return prefix;
  // A service does not know of a path that Berth chose for it: it is asked without.
  return prefix ?? { prefix: at.path.slice(0, -1), strip: true };
}

function publishedPorts(service: ContainerService): PublishedPort[] {
  const ports = service.ports.filter((port) => port.mode === "ingress");
  const { path, domains = [] } = service;
  return ports.map((port, index) =>
    index === 0
      ? {
          service,
          port,
          name: hostLabel(service.name, ""),
          domains,
          ...(path === undefined ? {} : { prefix: path }),
        }
      : { service, port, name: hostLabel(service.name, `--${port.target}`), domains: [] },
  );
}

/** A service's name as a host name has it: in lower case, no underscores, and room for what follows. */
export function hostLabel(service: string, suffix: string): string {
  const label = service.replaceAll("_", "-").toLowerCase() + suffix;
  if (label.length <= nameLimits.dnsLabel) return label;
  return physicalName([service], nameLimits.dnsLabel - suffix.length) + suffix;
}

/** @throws BerthError (project) where two services ask for `/`, and it is one: behind CloudFront each has its own */
function rootOf(
  ports: readonly PublishedPort[],
  { services }: Project,
  deployed: string | undefined,
  edge: Edge,
): PublishedPort | undefined {
  // A service's further ports answer for it only where its first one has a path of its own.
  const whole = ports.filter(({ prefix }) => prefix === undefined);
  const asking = [...new Set(whole.map(({ service }) => service).filter(({ root }) => root === true))];
  const more = edge === "cloudfront" ? [] : asking.slice(1);
  refuse(
    more.map(({ name }) => ({
      path: `services.${name}.x-path`,
      message: `/ is asked for by service ${asking[0]?.name ?? ""} already, and without a domain there is one address`,
      hint: "leave x-path: / to one of them, or set BERTH_DOMAIN",
    })),
  );
  const kept = asking.length > 0 ? undefined : whole.find(({ service }) => service.name === deployed);
  const ranked = whole
    .map((port) => ({ port, rank: siteRank(port.service, port.port, services) }))
    .sort((a, b) => compareRanks(a.rank, b.rank));
  return kept ?? ranked[0]?.port;
}

// ---------------------------------------------------------------------------------------------- priorities

interface Band {
  readonly first: number;
  readonly size: number;
}

/**
 * Order of rules: exact hosts before wildcards; in each, those with a path before those without, a deeper path before
 * a shallower one, and a wildcard of more labels before one of fewer.
 */
const bands = {
  exact: { path: { first: 1_000, size: 3_000 }, host: { first: 25_000, size: 15_000 } },
  wildcard: { path: { first: 40_000, size: 600 }, host: { first: 45_000, size: 750 } },
} as const;

/**
 * What answers at the root is asked last; 50000 is the highest priority of all (Elastic Load Balancing API, CreateRule).
 * Each service has a number of its own there: one that takes another's place would find the only one in use.
 */
const rootBand: Band = { first: 48_001, size: 2_000 };

const deepest = { path: 8, wildcard: 5 };

function bandOf(host: string, prefix: PathPrefix | undefined): Band {
  const wildcard = host.startsWith("*.");
  const { path, host: alone } = wildcard ? bands.wildcard : bands.exact;
  const nth = ({ first, size }: Band, index: number): Band => ({
    first: first + Math.max(index, 0) * size,
    size,
  });
  if (prefix !== undefined) return nth(path, deepest.path - (prefix.prefix.split("/").length - 1));
  return wildcard ? nth(alone, Math.min(deepest.wildcard - (host.split(".").length - 1), 3)) : alone;
}

function withPriorities(ports: readonly PlacedPort[]): readonly PublicRoute[] {
  const keys = ports.flatMap((port) => [
    ["", port] as const,
    ...port.domains.map(({ name }) => [name, port] as const),
  ]);
  const taken = new Set<number>();
  const found = new Map<string, number>();
  // By name: neither the order of the file nor that of dependencies has a say where two meet in one number.
  for (const [domain, port] of [...keys].sort((a, b) => (keyOf(...a) < keyOf(...b) ? -1 : 1))) {
    found.set(keyOf(domain, port), freePriority(domain, port, taken));
  }
  const priorityOf = (domain: string, port: PlacedPort): number => found.get(keyOf(domain, port)) ?? 0;
  // After all others, which keep their numbers where one of these comes or goes. One of before 2026-12, whose run has failed,
  // is at the number of `next` until a run succeeds: these have others.
  const byName = [...ports].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parked = new Map(
    byName.map(({ name }) => [name, freeNumber(`${keyOf("", { name })} parked`, bands.exact.host, taken)]),
  );
  return ports.map((port) => ({
    ...port,
    priority: priorityOf("", port),
    parkedPriority: parked.get(port.name) ?? 0,
    domains: port.domains.map((domain) => ({ ...domain, priority: priorityOf(domain.name, port) })),
    taken: new Set([
      ...byName.flatMap(({ name }) => (name === port.name ? [] : [name])),
      ...byName.slice(0, byName.indexOf(port)).flatMap(usualNames),
    ]),
  }));
}

/** Of the rules of a port's domains. */
function usualNames({ name, domains }: PlacedPort): readonly string[] {
  return domains.map((domain) => domainRuleNames(name, domain.name)[0]);
}

function keyOf(domain: string, { name }: Pick<PlacedPort, "name">): string {
  return JSON.stringify([name, domain]);
}

/**
 * A number made from the rule's name, so that a new rule moves none of the others: AWS refuses two at one number. Where
 * two names meet in one (one chance in some 10,000 for a project of a few services) the second in the alphabet moves on.
 */
function freePriority(domain: string, port: PlacedPort, taken: Set<number>): number {
  const isRoot = domain === "" && "path" in port.at && port.at.path === "/";
  const own = port.domains.find(({ name }) => name === domain);
  const prefix = own?.redirect === undefined ? port.prefix : undefined;
  const band = isRoot ? rootBand : bandOf(domain, domain === "" ? mainPrefix(port) : prefix);
  return freeNumber(keyOf(domain, port), band, taken);
}

function freeNumber(key: string, { first, size }: Band, taken: Set<number>): number {
  for (let attempt = 0; ; attempt++) {
    const hash = Number.parseInt(shortHash([key, String(attempt)]), 16);
    const priority = first + (hash % size);
    if (taken.has(priority)) continue;
    taken.add(priority);
    return priority;
  }
}

// ---------------------------------------------------------------------------------------------- problems

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new BerthError("project", problems);
}
