/** Names inside the network: `http://api:8080` resolves as in Compose. */
import { VpcDhcpOptions } from "@pulumi/aws/ec2/vpcDhcpOptions";
import { VpcDhcpOptionsAssociation } from "@pulumi/aws/ec2/vpcDhcpOptionsAssociation";
import { Instance } from "@pulumi/aws/servicediscovery/instance";
import { PrivateDnsNamespace } from "@pulumi/aws/servicediscovery/privateDnsNamespace";
import { Service } from "@pulumi/aws/servicediscovery/service";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "./network";
import type { Scope } from "../stack/scope";

export interface PrivateDnsArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** Whether the network's DHCP options may be set, so that names resolve without the domain. */
  readonly searchDomain: boolean;
}

/** Seconds that a resolver may keep an answer: a replaced task is out of it soon. */
const timeToLive = 10;

/** A private domain of the network; where that is asked for, the search domain of everything inside. */
export class PrivateDns extends pulumi.ComponentResource {
  /** `todo.internal` */
  readonly domain: string;
  readonly namespaceId: pulumi.Output<string>;
  /** What a task that looks names up waits for. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: PrivateDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:PrivateDns", name, {}, opts);
    const { scope, network } = args;
    this.domain = scope.privateDomain;
    const namespace = new PrivateDnsNamespace(
      this.domain,
      { name: this.domain, vpc: network.vpcId, tags: scope.tags() },
      { parent: this },
    );
    this.namespaceId = namespace.id;
    this.ready = args.searchDomain ? searchDomain(args, this) : namespace;
    this.registerOutputs({ domain: this.domain });
  }
}

/** Everything in the network completes bare names with the private domain: `api` is `api.todo.internal`. */
function searchDomain({ scope, network }: PrivateDnsArgs, parent: pulumi.Resource): pulumi.Resource {
  const options = new VpcDhcpOptions(
    "dhcp-options",
    { domainName: scope.privateDomain, domainNameServers: ["AmazonProvidedDNS"], tags: scope.tags() },
    { parent },
  );
  return new VpcDhcpOptionsAssociation(
    "dhcp-options-association",
    { vpcId: network.vpcId, dhcpOptionsId: options.id },
    { parent },
  );
}

export interface NameArgs {
  readonly scope: Scope;
  readonly dns: PrivateDns;
  readonly service: string;
}

/** The name of a container service: ECS keeps its records, one address for each running task. */
export function containerName(args: NameArgs, parent: pulumi.Resource): Service {
  return new Service(
    args.service,
    {
      name: args.service.toLowerCase(),
      dnsConfig: {
        namespaceId: args.dns.namespaceId,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: timeToLive }],
      },
      // ECS deregisters the last tasks after a while only, and until then Cloud Map refuses to delete the name.
      forceDestroy: true,
      tags: args.scope.tags(args.service, args.service),
    },
    { parent },
  );
}

/**
 * Another name for a host: a managed database under its service's name, or a network alias.
 *
 * @returns what exists once the name resolves
 */
export function aliasName(
  name: string,
  { target, ...args }: NameArgs & { readonly target: pulumi.Input<string> },
  parent: pulumi.Resource,
): pulumi.Resource {
  const [only] = sharedName(name, { ...args, targets: [target] }, parent);
  if (only === undefined) throw new Error(`The name ${name} has no host.`);
  return only;
}

/**
 * A name of several hosts: each look-up answers with one of them, at random (Cloud Map API, DnsConfig, RoutingPolicy: all
 * instances have the same weight).
 *
 * @returns what exists once the name resolves, for each host
 */
export function sharedName(
  name: string,
  args: NameArgs & { readonly targets: readonly pulumi.Input<string>[] },
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const service = new Service(
    name,
    {
      name: name.toLowerCase(),
      // Cloud Map takes CNAME records with weighted routing only (API reference, DnsConfig).
      dnsConfig: {
        namespaceId: args.dns.namespaceId,
        routingPolicy: "WEIGHTED",
        dnsRecords: [{ type: "CNAME", ttl: timeToLive }],
      },
      tags: args.scope.tags(args.service, name),
    },
    { parent },
  );
  return args.targets.map((target, index) => {
    const own = index === 0 ? name : `${name}-${index + 1}`;
    return new Instance(
      own,
      { serviceId: service.id, instanceId: own, attributes: { AWS_INSTANCE_CNAME: target } },
      { parent },
    );
  });
}
