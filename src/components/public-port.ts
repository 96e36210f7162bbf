/** One published port: its target group, the listener's rule that leads there, and its public name. */
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService, Port } from "../project/model";
import { shortHash } from "../project/naming";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import type { PublicRoute } from "./public-routes";
import type { Scope } from "./scope";

export interface PublicPortArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly route: PublicRoute;
  /** The public zone that takes the name. @default none: the load balancer's own name serves */
  readonly zoneId?: pulumi.Input<string>;
}

const protocolVersions = { http: "HTTP1", http2: "HTTP2", grpc: "GRPC" } as const satisfies Record<
  Port["appProtocol"],
  string
>;

export class PublicPort extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, by which CloudWatch knows it. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** A target group has to be in use before ECS registers tasks with it. */
  readonly rule: pulumi.Resource;

  constructor(name: string, args: PublicPortArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:PublicPort", name, {}, opts);
    const { scope, loadBalancer, route } = args;
    const targetGroup = createTargetGroup(args, this);
    this.targetGroupArn = targetGroup.arn;
    this.targetGroupArnSuffix = targetGroup.arnSuffix;
    this.rule = createRule(args, targetGroup, this);
    if ("host" in route.at && args.zoneId !== undefined) createRecord(args, route.at.host, args.zoneId, this);
    this.url =
      "host" in route.at
        ? pulumi.output(`https://${route.at.host}`)
        : pulumi.interpolate`http://${loadBalancer.dnsName}${route.at.path}`;
    this.registerOutputs({ url: this.url, project: scope.project });
  }
}

/** Its name carries what forces another target group, so that the new one can stand before the old one goes. */
function createTargetGroup({ scope, network, route }: PublicPortArgs, parent: pulumi.Resource): TargetGroup {
  const { service, port } = route;
  const protocolVersion = protocolVersions[port.appProtocol];
  return new TargetGroup(
    route.name,
    {
      name: scope.name("targetGroup", service.name, shortHash([String(port.target), protocolVersion])),
      targetType: "ip",
      vpcId: network.vpcId,
      port: port.target,
      protocol: "HTTP",
      protocolVersion,
      deregistrationDelay: scope.mode.deregistrationDelay,
      healthCheck: healthCheck(service, port),
      tags: scope.tags(service.name),
    },
    { parent },
  );
}

/**
 * The load balancer's check from the lines of the container's, within what it takes (Elastic Load Balancing API,
 * CreateTargetGroup). Where the file names no path, an answer is enough: Compose asks for no more.
 */
export function healthCheck(
  { healthcheck }: ContainerService,
  port: Port,
): {
  path: string;
  port: string;
  protocol: string;
  matcher: string;
  interval: number;
  timeout: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
} {
  const interval = clamp(healthcheck?.interval ?? 15, 5, 300);
  const known = healthcheck?.path !== undefined;
  const grpc = port.appProtocol === "grpc";
  return {
    path: healthcheck?.path ?? (grpc ? "/AWS.ALB/healthcheck" : "/"),
    port: healthcheck?.port === undefined ? "traffic-port" : String(healthcheck.port),
    protocol: "HTTP",
    matcher: grpc ? "0-99" : known ? "200-399" : "200-499",
    interval,
    timeout: Math.min(clamp(healthcheck?.timeout ?? 5, 2, 120), interval - 1),
    healthyThreshold: 2,
    unhealthyThreshold: clamp(healthcheck?.retries ?? 3, 2, 10),
  };
}

function createRule(
  { scope, loadBalancer, route }: PublicPortArgs,
  targetGroup: TargetGroup,
  parent: pulumi.Resource,
): ListenerRule {
  return new ListenerRule(
    route.name,
    {
      listenerArn: loadBalancer.listenerArn,
      priority: route.priority,
      conditions: [condition(route)],
      actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      transforms: transforms(route),
      tags: scope.tags(route.service.name),
    },
    { parent },
  );
}

function condition({
  at,
}: PublicRoute): { hostHeader: { values: string[] } } | { pathPattern: { values: string[] } } {
  if ("host" in at) return { hostHeader: { values: [at.host] } };
  return { pathPattern: { values: at.path === "/" ? ["/*"] : [at.path.slice(0, -1), `${at.path}*`] } };
}

/** `/api/items` reaches the service as `/items`: it does not know under which path it is published. */
function transforms({ at }: PublicRoute): { type: string; urlRewriteConfig: object }[] {
  if ("host" in at || at.path === "/") return [];
  const rewrite = { regex: `^${at.path.slice(0, -1)}/?(.*)$`, replace: "/$1" };
  return [{ type: "url-rewrite", urlRewriteConfig: { rewrite } }];
}

function createRecord(
  { loadBalancer }: PublicPortArgs,
  host: string,
  zoneId: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  new DnsRecord(
    host,
    {
      zoneId,
      name: host,
      type: "A",
      aliases: [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: false }],
    },
    { parent },
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
