/** The way in from the internet: a load balancer where anything is published, with a certificate where there is a domain. */
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import type * as pulumi from "@pulumi/pulumi";
import { domainPrefix } from "../project/naming";
import { Certificate } from "./certificate";
import type { Cluster } from "./cluster";
import { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import type { PublicRoute } from "./public-routes";
import type { Scope } from "./scope";

export interface PublicEntryArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly routes: readonly PublicRoute[];
  /** `example.com` */
  readonly domain: string | undefined;
  /** @default the account's public zone of that name */
  readonly hostedZoneId: string | undefined;
  readonly provider: pulumi.ProviderResource;
}

export interface PublicEntry {
  readonly loadBalancer?: LoadBalancer;
  /** The public zone that takes the names of services. */
  readonly zoneId?: pulumi.Input<string>;
}

export function publicEntry(args: PublicEntryArgs): PublicEntry {
  const { scope, network, cluster, routes, domain, provider } = args;
  if (routes.length === 0) return {};
  const opts = { providers: { aws: provider } };
  const balancer = { scope, network, services: cluster.securityGroupId, targetPorts: targetPorts(routes) };
  if (domain === undefined) return { loadBalancer: new LoadBalancer("load-balancer", balancer, opts) };
  const zoneId = args.hostedZoneId ?? getZoneOutput({ name: domain }, { provider }).zoneId;
  const domainName = `*.${domainPrefix(scope.project, scope.stack)}.${domain}`;
  const certificate = new Certificate("certificate", { scope, domainName, zoneId }, opts);
  const secured = { ...balancer, certificateArn: certificate.arn };
  return { loadBalancer: new LoadBalancer("load-balancer", secured, opts), zoneId };
}

/** Ports that the load balancer asks, for traffic or for health; each once. */
function targetPorts(routes: readonly PublicRoute[]): readonly number[] {
  const ports = routes.flatMap(({ service, port }) => [
    port.target,
    service.healthcheck?.port ?? port.target,
  ]);
  return [...new Set(ports)].sort((a, b) => a - b);
}
