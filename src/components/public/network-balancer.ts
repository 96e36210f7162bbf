/** The network load balancer: what is published and speaks no HTTP. */
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network/network";
import type { NetworkRoute } from "./network-routes";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, anywhere, securityGroup } from "../network/security-group";

export interface NetworkBalancerArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The group that the services belong to. */
  readonly services: pulumi.Input<string>;
  /** At least one. */
  readonly routes: readonly NetworkRoute[];
  /** Of the project's names. @default no route ends TLS */
  readonly certificateArn?: pulumi.Input<string>;
}

/** One for the stack, with its group; the listeners are with the ports that they lead to. */
export class NetworkBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** The zone of {@link dnsName}, for alias records. */
  readonly zoneId: pulumi.Output<string>;
  readonly certificateArn: pulumi.Input<string> | undefined;

  constructor(name: string, args: NetworkBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:NetworkBalancer", name, {}, opts);
    const { scope, network } = args;
    const balancer = new LoadBalancer(
      "nlb",
      {
        name: scope.name("loadBalancer", "nlb"),
        loadBalancerType: "network",
        internal: false,
        subnets: network.publicSubnetIds,
        // From the start: one that was made without a group never gets any (Elastic Load Balancing User Guide, Security
        // groups for your Network Load Balancer).
        securityGroups: [createGroup(args, this)],
        // The one task of a service answers at the addresses of all zones.
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: scope.mode.albDeletionProtection,
        tags: scope.tags(),
      },
      { parent: this },
    );
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.certificateArn = args.certificateArn;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

/** Open to the internet at the listeners' ports; the services let in what comes from it, at theirs. */
function createGroup(
  { scope, network, services, routes }: NetworkBalancerArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const description = "The network load balancer, open to the internet";
  const group = securityGroup("nlb", { scope, vpcId: network.vpcId, suffix: "nlb", description }, parent);
  for (const { port, protocol } of openings(routes)) {
    allowIn(`nlb-in-${port}-${protocol}`, { scope, group: group.id, peer: anywhere, port, protocol }, parent);
  }
  for (const { port, protocol } of targets(routes)) {
    const [out, into] = [`nlb-out-${port}-${protocol}`, `services-in-nlb-${port}-${protocol}`];
    allowOut(out, { scope, group: group.id, peer: { group: services }, port, protocol }, parent);
    allowIn(into, { scope, group: services, peer: { group: group.id }, port, protocol }, parent);
  }
  return group.id;
}

interface Opening {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

function openings(routes: readonly NetworkRoute[]): readonly Opening[] {
  return routes.flatMap(({ port, protocol }) =>
    transports(protocol).map((each) => ({ port, protocol: each })),
  );
}

/** Ports that it asks, for traffic or for health; each once. */
function targets(routes: readonly NetworkRoute[]): readonly Opening[] {
  const all = routes.flatMap(({ target, protocol, checked }): Opening[] => [
    ...transports(protocol).map((each) => ({ port: target, protocol: each })),
    { port: checked, protocol: "tcp" },
  ]);
  return [...new Map(all.map((opening) => [`${opening.port}/${opening.protocol}`, opening])).values()];
}

function transports(protocol: NetworkRoute["protocol"]): readonly Opening["protocol"][] {
  if (protocol === "TCP_UDP") return ["tcp", "udp"];
  return [protocol === "UDP" ? "udp" : "tcp"];
}
