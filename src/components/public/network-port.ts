/** One port of the network load balancer: its listener, the target group behind it, and its public name. */
import { Listener } from "@pulumi/aws/lb/listener";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { parkedListenerName, type DeployedBalancing } from "../../model/deployed-balancing";
import { pointTo } from "./pointing";
import type { RecordZone } from "./record-zone";
import type { Network } from "../network/network";
import type { NetworkBalancer } from "./network-balancer";
import type { NetworkRoute } from "./network-routes";
import type { Scope } from "../stack/scope";
import { placeGroup, waitsForTasks } from "./target-group";

export interface NetworkPortArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly balancer: NetworkBalancer;
  readonly route: NetworkRoute;
  /** The public zone that takes the name. @default none: the load balancer's own name serves */
  readonly zone?: RecordZone;
  /** @default the stack is new */
  readonly balancing?: DeployedBalancing;
}

/** Seconds between two checks, and until one counts as failed; how many decide (Elastic Load Balancing API, CreateTargetGroup). */
const check = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 };

export class NetworkPort extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** `tcp://game--25565.project.example.com:25565`, or `udp://…`, `tls://…`. */
  readonly url: pulumi.Output<string>;
  /** A target group has to be in use before ECS registers tasks with it. */
  readonly ready: readonly pulumi.Resource[];
  /** Whether the listener waits for the tasks: {@link lead}. */
  readonly waits: boolean;
  /** The name of its route. */
  readonly route: string;
  readonly #targetGroup: TargetGroup;

  constructor(
    name: string,
    private readonly args: NetworkPortArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("berth:aws:NetworkPort", name, {}, opts);
    const { balancer, route, zone, balancing } = args;
    const { targetGroup, logicalName } = createTargetGroup(args, this);
    this.route = route.name;
    this.#targetGroup = targetGroup;
    this.targetGroupArn = targetGroup.arn;
    this.waits = waitsForTasks(route.name, logicalName, balancing);
    this.ready = [this.waits ? createParkedListener(args, targetGroup, this) : this.#createListener([])];
    const { host, port } = route;
    if (host !== undefined && zone !== undefined)
      pointTo(host, { loadBalancer: balancer, zone }, { parent: this });
    const scheme = route.protocol === "TCP_UDP" ? "tcp" : route.protocol.toLowerCase();
    this.url = pulumi.interpolate`${scheme}://${host ?? balancer.dnsName}:${port}`;
    this.registerOutputs({ url: this.url });
  }

  /**
   * Where {@link waits}: makes or moves the listener.
   *
   * @param healthy - resolves when the target group has healthy tasks
   */
  lead(healthy: pulumi.Input<pulumi.Resource>): readonly Listener[] {
    return this.waits ? [this.#createListener([healthy])] : [];
  }

  #createListener(after: readonly pulumi.Input<pulumi.Resource>[]): Listener {
    return createListener(this.args, this.#targetGroup, { parent: this, dependsOn: [...after] });
  }
}

function createTargetGroup(
  { scope, network, route, balancing }: NetworkPortArgs,
  parent: pulumi.Resource,
): { readonly targetGroup: TargetGroup; readonly logicalName: string } {
  const { service, target, checked } = route;
  const protocol = groupProtocol(route);
  // Over TCP for UDP too: a target group of UDP has no check of its own (User Guide, Health checks).
  const healthCheck = {
    protocol: "TCP",
    port: checked === target ? "traffic-port" : String(checked),
    ...check,
  };
  const inputs = { protocol, healthCheck };
  const wanted = { scope, service: service.name, route: route.name, port: target, inputs, balancing };
  const { logicalName, ...place } = placeGroup({ ...wanted, firstName: [String(target), protocol] });
  const targetGroup = new TargetGroup(
    logicalName,
    {
      ...place,
      targetType: "ip",
      vpcId: network.vpcId,
      ...inputs,
      deregistrationDelay: scope.mode.deregistrationDelay,
      tags: scope.tags(service.name),
    },
    { parent },
  );
  return { targetGroup, logicalName };
}

/** TLS ends at the load balancer. */
function groupProtocol({ protocol }: NetworkRoute): Exclude<NetworkRoute["protocol"], "TLS"> {
  return protocol === "TLS" ? "TCP" : protocol;
}

/**
 * The listener by which a target group belongs to the load balancer while the requests still go elsewhere: the balancer's
 * security group lets nobody in at its port.
 */
function createParkedListener(
  { scope, balancer, route }: NetworkPortArgs,
  targetGroup: TargetGroup,
  parent: pulumi.Resource,
): Listener {
  const name = parkedListenerName(route.name);
  return new Listener(
    name,
    {
      loadBalancerArn: balancer.arn,
      port: route.parkedPort,
      protocol: groupProtocol(route),
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: scope.tags(route.service.name, name),
    },
    { parent },
  );
}

function createListener(
  { scope, balancer, route }: NetworkPortArgs,
  targetGroup: TargetGroup,
  opts: pulumi.CustomResourceOptions,
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
    opts,
  );
}
