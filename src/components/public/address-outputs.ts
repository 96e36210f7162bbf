/** What the outputs of a stack say of its addresses. */
import type { NetworkRoute } from "./network-routes";
import type * as pulumi from "@pulumi/pulumi";
import type { MissingRecord } from "./entry";
import type { PublicHosts } from "./hosts";
import type { PublicRoute } from "./routes";
import type { PlacedSite } from "./sites";
import type { Scope } from "../stack/scope";

export interface AddressOutputs {
  /** What the user should know, in words. */
  readonly notices: readonly string[];
  /** What somebody has to set in zones outside of the account. */
  readonly dnsRecords: readonly pulumi.Output<MissingRecord>[];
  /** Domains whose certificates wait for such a record. */
  readonly pendingDomains: readonly string[];
}

interface Addresses {
  readonly scope: Scope;
  readonly routes: readonly PublicRoute[];
  readonly networkRoutes: readonly NetworkRoute[];
  readonly sites: readonly PlacedSite[];
  readonly hosts: PublicHosts;
  readonly records: readonly pulumi.Output<MissingRecord>[];
  /** The domain that services are published under. */
  readonly domain: string | undefined;
  /** Variables in which names of services were written in full: `web.API_URL`. */
  readonly fullNames: readonly string[];
  /** The service that had `/` before this run. @default none had it */
  readonly root: string | undefined;
  /** What of the services' deployments differs from rolling updates. */
  readonly rollouts: readonly string[];
}

export function addressOutputs({
  scope,
  routes,
  networkRoutes,
  sites,
  hosts,
  records,
  domain,
  fullNames,
  root,
  rollouts,
}: Addresses): AddressOutputs {
  const elsewhere = hosts.own.filter(({ zone }) => zone === undefined).map(({ name }) => name);
  const pending = hosts.own.filter(({ certificate }) => certificate === "pending").map(({ name }) => name);
  const notices: string[] = [];
  const nameless = routes.filter(({ domains }) => domains.length === 0);
  if (nameless.length > 0 && domain === undefined) {
    const all = nameless.length === routes.length;
    notices.push(behindEdge(nameless) ?? noDomain(routes, root, all ? "services" : namesOf(nameless)));
  }
  if (routes.length + networkRoutes.length + sites.length === 0)
    notices.push("No service is published: nothing is reachable from the internet.");
  if (elsewhere.length > 0) {
    notices.push(
      `No public zone of this account contains ${elsewhere.join(", ")}: the records below have to be set where the zone is.`,
    );
  }
  if (pending.length > 0) {
    notices.push(
      `The certificate of ${pending.join(", ")} waits for its record: until it is issued and up has run again, HTTP serves it.`,
    );
  }
  if (scope.mode.vpc !== "new" && !scope.mode.vpc.searchDomain)
    notices.push(bareNames(scope.mode.vpc.id, scope.privateDomain, fullNames));
  notices.push(...rollouts);
  return { notices, dnsRecords: records, pendingDomains: pending };
}

/** @returns `undefined` where the load balancer answers itself */
function behindEdge(routes: readonly PublicRoute[]): string | undefined {
  if (!routes.some(({ at }) => "edge" in at)) return undefined;
  const own =
    "There is no domain (BERTH_DOMAIN): CloudFront answers over HTTPS, with a name for each published port";
  const paths = routes.flatMap(({ name, at }) =>
    "edge" in at && at.path !== "/" ? [`${name} under ${at.path} of ${at.edge}'s`] : [],
  );
  return paths.length === 0 ? `${own}.` : `${own}; ${paths.join(", ")}.`;
}

function namesOf(routes: readonly PublicRoute[]): string {
  return routes.map(({ name }) => name).join(", ");
}

/** @param who - what has no name of its own */
function noDomain(routes: readonly PublicRoute[], before: string | undefined, who: string): string {
  const answer = /^\S+$/.test(who) && who !== "services" ? "answers" : "answer";
  const own = `There is no domain (BERTH_DOMAIN): ${who} ${answer} over HTTP on the load balancer's own name`;
  const paths = routes.flatMap(({ name, at }) =>
    "path" in at && at.path !== "/" ? [`${name} under ${at.path}`] : [],
  );
  const root = routes.find(({ at }) => "path" in at && at.path === "/")?.service;
  if (paths.length === 0) return `${own}.`;
  if (root === undefined) return `${own}: ${paths.join(", ")}.`;
  const why =
    root.root === true ? "asks for it" : root.name === before ? "has it already" : "looks most like the site";
  return `${own}: / is ${root.name}, which ${why} (x-path: / gives it to another service); ${paths.join(", ")}.`;
}

/** What differs from Compose in a VPC whose DHCP options are not ours. */
function bareNames(vpcId: string, domain: string, changed: readonly string[]): string {
  const written = changed.length === 0 ? "" : `; it is written in full in ${changed.join(", ")}`;
  return (
    `${vpcId} keeps its DHCP options, so a bare name such as api resolves only for programs that read LOCALDOMAIN ` +
    `(glibc's resolver): write api.${domain}, or set x-berth.vpc.searchDomain${written}.`
  );
}
