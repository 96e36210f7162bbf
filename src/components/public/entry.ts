/** The way in from the internet: a load balancer where anything is published, with certificates for its domains. */
import { definedOnly } from "../../defined";
import { NetworkBalancer } from "./network-balancer";
import type { NetworkRoute } from "./network-routes";
import * as pulumi from "@pulumi/pulumi";
import { projectDomainOf } from "../../model/naming";
import type { DeployedCertificates } from "../../model/deployed-certificates";
import { Proofs } from "./certificate";
import { createCertificates, isSecured, type MadeCertificate, type ProjectZone } from "./certificates";
import type { Cluster } from "../stack/cluster";
import { DelegatedZone } from "./delegated-zone";
import { cloudFrontAddresses, Edge } from "./edge";
import type { Door } from "./doors";
import { LoadBalancer, type CloudFrontPeer } from "./load-balancer";
import { Names, type NamesArgs } from "./names";
import { pointTo } from "./pointing";
import type { ImageTags } from "../../ports";
import type { Network } from "../network/network";
import type { PublicHosts } from "./hosts";
import type { OwnHost, OwnZone } from "./own-host";
import type { RecordZone } from "./record-zone";
import { isSecure } from "./places";
import { type PublicRoute } from "./routes";
import { StaticSite } from "./static-site";
import type { PlacedSite } from "./sites";
import { certificateRegion } from "./site-certificate";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

export interface PublicEntryArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly routes: readonly PublicRoute[];
  readonly networkRoutes: readonly NetworkRoute[];
  readonly sites: readonly PlacedSite[];
  /** Of what is built, by service. */
  readonly tags: Readonly<Record<string, ImageTags>>;
  /** `example.com` */
  readonly domain: string | undefined;
  readonly hosts: PublicHosts;
  /** Distributions with names of the services. */
  readonly doors: readonly Door[];
  readonly deployed: DeployedCertificates;
  /** How names change hands. */
  readonly handover: Pick<NamesArgs, "deployed" | "forgotten">;
  readonly provider: pulumi.ProviderResource;
}

export interface PublicEntry {
  readonly loadBalancer?: LoadBalancer;
  /** What answers in front of the load balancer. @default nothing: it answers itself */
  readonly edge?: Edge;
  readonly networkBalancer?: NetworkBalancer;
  /** What leads the names of services to the load balancer, or to what answers in front of it. */
  readonly names?: Names;
  /** The public zone that takes the names of services. */
  readonly zone?: RecordZone;
  readonly sites: readonly StaticSite[];
  /** Own domains that have a certificate; the others are served over HTTP meanwhile. */
  readonly secured: ReadonlySet<string>;
  readonly certificates: WatchedCertificates;
  /** The records that somebody has to set where the zones of own domains are. */
  readonly records: readonly pulumi.Output<MissingRecord>[];
}

/** ARNs of the stack's certificates. */
export interface WatchedCertificates {
  readonly all: readonly pulumi.Output<string>[];
  /** Those of them that are in the region which CloudFront takes certificates from, and the stack is not. */
  readonly elsewhere: readonly pulumi.Output<string>[];
}

/** A record of a zone that is not in this account. */
export interface MissingRecord {
  readonly domain: string;
  readonly name: string;
  /** `CNAME`; `ALIAS` is what a zone's apex takes in place of it. */
  readonly type: string;
  readonly value: string;
}

/** Makes load balancers, certificates and the records of own domains; those of services' own names are their ports'. */
export function publicEntry(args: PublicEntryArgs): PublicEntry {
  const { routes, networkRoutes, sites, hosts, provider } = args;
  const secured = routes.length > 0 || networkRoutes.some(({ protocol }) => protocol === "TLS");
  if (routes.length + networkRoutes.length + sites.length === 0)
    return { secured: new Set(), records: [], sites: [], certificates: { all: [], elsewhere: [] } };
  const opts = { providers: { aws: provider } };
  const zone = projectZone(args, opts);
  const proofs = new Proofs(args.deployed.proofs);
  const certificates = createCertificates({ ...args, proofs, secured }, zone, opts);
  const edge = createEdge(args, opts);
  const loadBalancer = createBalancer(args, certificates, edge !== undefined, opts);
  const networkBalancer = createNetworkBalancer(args, certificates, opts);
  const names = loadBalancer && new Names({ loadBalancer, ...definedOnly({ edge }), ...args.handover });
  if (loadBalancer !== undefined) publishEdge(args, { zone, proofs, loadBalancer, edge });
  if (loadBalancer !== undefined && names !== undefined) createRecords(args, zone, loadBalancer, names);
  const made = createSites(args, { zone, ...definedOnly({ loadBalancer, edge }) }, opts);
  const ofDistributions = [
    ...(edge?.certificates ?? []),
    ...made.flatMap(({ certificate }) => certificate ?? []),
  ];
  return {
    sites: made,
    ...definedOnly({ loadBalancer, edge, names, networkBalancer, zone }),
    certificates: {
      all: [...certificates.map((each) => each.made.arn), ...ofDistributions],
      elsewhere: args.scope.region === certificateRegion ? [] : ofDistributions,
    },
    secured: new Set(hosts.own.filter(isSecured).map(({ name }) => name)),
    records: loadBalancer === undefined ? [] : missingRecords(hosts.own, certificates, loadBalancer),
  };
}

function createSites(
  { scope, sites, hosts, tags }: PublicEntryArgs,
  { zone, ...way }: { readonly zone: ProjectZone | undefined } & Pick<PublicEntry, "loadBalancer" | "edge">,
  opts: pulumi.ComponentResourceOptions,
): readonly StaticSite[] {
  return sites.map((placed) => {
    const { service, label } = placed;
    const zones = (hosts.sites.get(service.name) ?? []).map((own) => recordZone(own, zone));
    const site = new StaticSite(
      service.name,
      {
        scope,
        placed,
        tags: tags[service.name] ?? { tag: "", platforms: [] },
        zones,
        zoneReady: zone?.ready ?? [],
        ...way,
      },
      opts,
    );
    way.edge?.adopt(label, site.domainName);
    return site;
  });
}

function createEdge(
  { scope, secrets, routes, sites, doors }: PublicEntryArgs,
  opts: pulumi.ComponentResourceOptions,
): Edge | undefined {
  if (!routes.some(({ at }) => "edge" in at) && doors.length === 0) return undefined;
  const labels = sites.map(({ label }) => label);
  return new Edge("edge", { scope, secrets, routes, doors, sites: labels }, opts);
}

interface MadeFront {
  readonly zone: ProjectZone | undefined;
  readonly proofs: Proofs;
  readonly loadBalancer: LoadBalancer;
  readonly edge: Edge | undefined;
}

/**
 * Distributions that have names ask the load balancer by one of its own, which no distribution has. They are answered 502 where
 * that is without its certificate.
 */
function publishEdge({ hosts }: PublicEntryArgs, { zone, proofs, loadBalancer, edge }: MadeFront): void {
  const { origin: name } = hosts;
  if (name === undefined) {
    edge?.publish(loadBalancer.dnsName);
    return;
  }
  const zoneOf = (host: string): RecordZone => zoneOfHost(host, hosts, zone);
  const leading = pointTo(name, { loadBalancer, zone: zoneOf(name) }, { parent: loadBalancer });
  const zoneReady = zone?.ready ?? [];
  const ready = [leading, ...loadBalancer.secure];
  edge?.publish(loadBalancer.dnsName, { origin: name, ready, proofs, zoneOf, zoneReady });
}

/** Of a name that has one: its own, else the project's. */
function zoneOfHost(
  host: string,
  { own }: Pick<PublicHosts, "own">,
  zone: ProjectZone | undefined,
): RecordZone {
  return recordZone(own.find(({ name }) => name === host)?.zone ?? "project", zone);
}

function recordZone(own: OwnZone, zone: ProjectZone | undefined): RecordZone {
  return own === "project" ? (zone ?? { id: "" }) : own;
}

function createBalancer(
  { scope, network, cluster, routes, doors, provider }: PublicEntryArgs,
  certificates: readonly MadeCertificate[],
  hasEdge: boolean,
  opts: pulumi.ComponentResourceOptions,
): LoadBalancer | undefined {
  if (routes.length === 0) return undefined;
  const usable = certificates.filter((certificate) => certificate.usable);
  const [first, ...moreCertificates] = usable.map(({ domains: [domain], made }) => ({
    domain,
    arn: made.arn,
  }));
  return new LoadBalancer(
    "load-balancer",
    {
      scope,
      network,
      services: cluster.securityGroupId,
      targetPorts: targetPorts(routes),
      ...(first === undefined ? {} : { certificateArn: first.arn, moreCertificates }),
      ...(hasEdge ? { cloudFront: cloudFrontPeer(routes, doors, { provider }) } : {}),
    },
    opts,
  );
}

/** A distribution without names of the services asks by HTTP, as does a site's for the services below it. */
function cloudFrontPeer(
  routes: readonly PublicRoute[],
  doors: readonly Door[],
  options: pulumi.InvokeOptions,
): CloudFrontPeer {
  return {
    prefixList: cloudFrontAddresses(options),
    http: routes.some(({ at }) => "edge" in at && !isSecure(at)),
    https: doors.length > 0,
  };
}

function createNetworkBalancer(
  { scope, network, cluster, networkRoutes }: PublicEntryArgs,
  [own]: readonly MadeCertificate[],
  opts: pulumi.ComponentResourceOptions,
): NetworkBalancer | undefined {
  if (networkRoutes.length === 0) return undefined;
  const args = { scope, network, services: cluster.securityGroupId, routes: networkRoutes };
  return new NetworkBalancer(
    "network-balancer",
    { ...args, ...definedOnly({ certificateArn: own?.made.arn }) },
    opts,
  );
}

/** The zone of the project's names: that of the domain, or a part of it that is the project's own. */
function projectZone(
  { scope, domain, hosts }: PublicEntryArgs,
  opts: pulumi.ComponentResourceOptions,
): ProjectZone | undefined {
  const { zone: parentZone } = hosts;
  if (domain === undefined || parentZone === undefined) return undefined;
  if (!scope.mode.delegatedZone) return { ...parentZone, ready: [] };
  const domainName = projectDomainOf(scope.project, scope.stack, domain);
  const delegated = new DelegatedZone("delegated-zone", { scope, domainName, parentZone }, opts);
  return { id: delegated.zoneId, ready: [delegated.delegation] };
}

/** Names of services that their own domains repeat have their records with their ports. */
function createRecords(
  { routes, hosts }: PublicEntryArgs,
  zone: ProjectZone | undefined,
  loadBalancer: LoadBalancer,
  names: Names,
): void {
  const ports = new Set(routes.flatMap(({ at }) => ("host" in at ? [at.host] : [])));
  for (const host of hosts.own) {
    const own = host.zone === "project" ? zone : host.zone;
    if (own !== undefined && !ports.has(host.name) && host.name !== hosts.origin)
      names.point(host.name, own, { parent: loadBalancer });
  }
}

function missingRecords(
  own: readonly OwnHost[],
  certificates: readonly MadeCertificate[],
  { dnsName }: LoadBalancer,
): readonly pulumi.Output<MissingRecord>[] {
  const elsewhere = own.filter(({ zone }) => zone === undefined);
  const pending = new Set(elsewhere.filter((host) => !isSecured(host)).map(({ name }) => name));
  // One record proves a name and its wildcard, and where the zone is elsewhere these are all that a certificate has.
  const proofs = certificates.flatMap(({ domains, made }) => {
    const domain = domains.find((name) => pending.has(name));
    return domain === undefined
      ? []
      : made.records.map((each) => each.apply((record) => ({ domain, ...record })));
  });
  const addresses = elsewhere.map(({ name }) =>
    dnsName.apply((value) => ({ domain: name, name, type: "CNAME or ALIAS", value })),
  );
  return [...proofs, ...addresses];
}

/** Ports that the load balancer asks, for traffic or for health; each once. */
function targetPorts(routes: readonly PublicRoute[]): readonly number[] {
  const ports = routes.flatMap(({ service, port }) => [
    port.target,
    service.healthcheck?.port ?? port.target,
  ]);
  return [...new Set(ports)].sort((a, b) => a - b);
}
