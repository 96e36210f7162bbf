/** One port of the network load balancer: its listener, the target group behind it, and its public name. */
import { Listener } from "@pulumi/aws/lb/listener";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { shortHash } from "../../model/naming";
import { pointTo } from "./load-balancer";
import type { Network } from "../network/network";
import type { NetworkBalancer } from "./network-balancer";
import type { NetworkRoute } from "./network-routes";
import type { Scope } from "../stack/scope";

export interface NetworkPortArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly balancer: NetworkBalancer;
  readonly route: NetworkRoute;
  /** The public zone that takes the name. @default none: the load balancer's own name serves */
  readonly zoneId?: pulumi.Input<string>;
}

/** Seconds between two checks, and until one counts as failed; how many decide (Elastic Load Balancing API, CreateTargetGroup). */
const check = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 };

export class NetworkPort extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** `tcp://game--25565.project.example.com:25565`, or `udp://…`, `tls://…`. */
  readonly url: pulumi.Output<string>;
  /** A target group has to be in use before ECS registers tasks with it. */
  readonly listener: pulumi.Resource;

  constructor(name: string, args: NetworkPortArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:NetworkPort", name, {}, opts);
    const { balancer, route, zoneId } = args;
    const targetGroup = createTargetGroup(args, this);
    this.targetGroupArn = targetGroup.arn;
    this.listener = createListener(args, targetGroup, this);
    const { host, port } = route;
    if (host !== undefined && zoneId !== undefined) pointTo(host, { loadBalancer: balancer, zoneId }, this);
    const scheme = route.protocol === "TCP_UDP" ? "tcp" : route.protocol.toLowerCase();
    this.url = pulumi.interpolate`${scheme}://${host ?? balancer.dnsName}:${port}`;
    this.registerOutputs({ url: this.url });
  }
}

/** Its name carries what forces another target group, so that the new one can stand before the old one goes. */
function createTargetGroup({ scope, network, route }: NetworkPortArgs, parent: pulumi.Resource): TargetGroup {
  const { service, target, checked } = route;
  const protocol = route.protocol === "TLS" ? "TCP" : route.protocol;
  return new TargetGroup(
    route.name,
    {
      name: scope.name("targetGroup", service.name, shortHash([String(target), protocol])),
      targetType: "ip",
      vpcId: network.vpcId,
      port: target,
      protocol,
      deregistrationDelay: scope.mode.deregistrationDelay,
      // Over TCP for UDP too: a target group of UDP has no check of its own (User Guide, Health checks).
      healthCheck: { protocol: "TCP", port: checked === target ? "traffic-port" : String(checked), ...check },
      tags: scope.tags(service.name),
    },
    { parent },
  );
}

function createListener(
  { scope, balancer, route }: NetworkPortArgs,
  targetGroup: TargetGroup,
  parent: pulumi.Resource,
): Listener {
  const { certificateArn } = balancer;
  const tls = definedOnly({ certificateArn, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" });
  return new Listener(
    route.name,
    {
      loadBalancerArn: balancer.arn,
      port: route.port,
      protocol: route.protocol,
      ...(route.protocol === "TLS" ? tls : {}),
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: scope.tags(route.service.name, route.name),
    },
    { parent },
  );
}
