/** One published port: its target group, the listener's rules that lead there, and its public name. */
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import type { ContainerService, PathPrefix, Port } from "../../model/project";
import { parkedName, type StandingBalancing } from "../../model/standing-balancing";
import { edgeHeader, type Edge } from "./edge";
import { pointTo, type LoadBalancer } from "./load-balancer";
import type { Network } from "../network/network";
import { mainPrefix, type PublicRoute } from "./routes";
import type { Scope } from "../stack/scope";
import { placeGroup, waitsForTasks } from "./target-group";

export interface PublicPortArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  /** What answers in front of it. @default nothing */
  readonly edge?: Edge;
  readonly route: PublicRoute;
  /** The public zone that takes the name. @default none: the load balancer's own name serves */
  readonly zoneId?: pulumi.Input<string>;
  /** Own domains that have a certificate. @default none */
  readonly secured?: ReadonlySet<string>;
  /** @default the stack is new */
  readonly balancing?: StandingBalancing;
}

/** What the load balancer speaks to a container; it takes any certificate of one that speaks TLS (ELB User Guide). */
const spoken = {
  http: { protocol: "HTTP", version: "HTTP1" },
  https: { protocol: "HTTPS", version: "HTTP1" },
  http2: { protocol: "HTTP", version: "HTTP2" },
  grpc: { protocol: "HTTP", version: "GRPC" },
} as const;

function spokenTo({ appProtocol }: Port): (typeof spoken)[keyof typeof spoken] {
  return appProtocol === "tcp" || appProtocol === "tls" ? spoken.http : spoken[appProtocol];
}

export class PublicPort extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, by which CloudWatch knows it. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** Under the first of the service's own domains that has a certificate, else under its name in the project. */
  readonly url: pulumi.Output<string>;
  /** A target group has to be in use before ECS registers tasks with it. */
  readonly ready: readonly pulumi.Resource[];
  /** Whether the rules wait for the tasks: {@link lead}. */
  readonly waits: boolean;
  /** The name of its route. */
  readonly route: string;
  readonly #args: PublicPortArgs;
  readonly #targetGroup: TargetGroup;

  constructor(name: string, args: PublicPortArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:PublicPort", name, {}, opts);
    const { scope, loadBalancer, edge, route, zoneId, balancing, secured = new Set<string>() } = args;
    this.#args = args;
    this.route = route.name;
    const { targetGroup, logicalName } = createTargetGroup(args, this);
    this.#targetGroup = targetGroup;
    this.targetGroupArn = targetGroup.arn;
    this.targetGroupArnSuffix = targetGroup.arnSuffix;
    this.waits = waitsForTasks(route.name, logicalName, balancing);
    this.ready = this.waits ? [createParkedRule(args, targetGroup, this)] : this.#createRules([]);
    const host = "host" in route.at ? route.at.host : undefined;
    const distribution = "edge" in route.at ? route.at.edge : undefined;
    if (host !== undefined && zoneId !== undefined) pointTo(host, { loadBalancer, zoneId }, this);
    const shown = route.domains.find(
      ({ name: domain, redirect }) =>
        secured.has(domain) && redirect === undefined && !domain.startsWith("*."),
    );
    const prefix = route.prefix?.prefix ?? "";
    const secure =
      shown?.name ?? host ?? (distribution === undefined ? undefined : edge?.domainName(distribution));
    this.url =
      secure === undefined
        ? pulumi.interpolate`http://${loadBalancer.dnsName}${"path" in route.at ? route.at.path : "/"}`
        : pulumi.interpolate`https://${secure}${prefix}`;
    this.registerOutputs({ url: this.url, project: scope.project });
  }

  /**
   * Where {@link waits}: makes or moves the rules.
   *
   * @param healthy - resolves when the target group has healthy tasks
   */
  lead(healthy: pulumi.Input<pulumi.Resource>): readonly ListenerRule[] {
    return this.waits ? this.#createRules([healthy]) : [];
  }

  #createRules(after: readonly pulumi.Input<pulumi.Resource>[]): readonly ListenerRule[] {
    const { route, secured = new Set<string>() } = this.#args;
    const create = (name: string, rule: Rule): ListenerRule =>
      createRule(name, this.#args, { rule, targetGroup: this.#targetGroup, after }, this);
    return [
      create(route.name, mainRule(route)),
      ...route.domains.flatMap(({ name: domain, priority, redirect }) => {
        if (redirect !== undefined)
          return create(`${route.name}-${domain}`, {
            host: domain,
            redirect,
            https: secured.has(domain),
            priority,
          });
        // HTTP/2 and gRPC stand behind HTTPS only: such a port waits until its domain has a certificate.
        if (!secured.has(domain) && spokenTo(route.port).version !== "HTTP1") return [];
        const own = { host: domain, ...definedOnly({ prefix: route.prefix }), https: secured.has(domain) };
        return create(`${route.name}-${domain}`, { ...own, priority });
      }),
    ];
  }
}

function mainRule(route: PublicRoute): Rule {
  const host = "host" in route.at ? route.at.host : undefined;
  const distribution = "edge" in route.at ? route.at.edge : undefined;
  const address = definedOnly({ host, prefix: mainPrefix(route), distribution });
  return { ...address, https: host !== undefined, priority: route.priority };
}

function createTargetGroup(
  { scope, network, route, balancing }: PublicPortArgs,
  parent: pulumi.Resource,
): { readonly targetGroup: TargetGroup; readonly logicalName: string } {
  const { service, port } = route;
  const { protocol, version: protocolVersion } = spokenTo(port);
  const inputs = { protocol, protocolVersion, healthCheck: healthCheck(service, port) };
  const firstName = [String(port.target), protocolVersion, ...(protocol === "HTTP" ? [] : [protocol])];
  const wanted = { scope, service: service.name, route: route.name, port: port.target, firstName, inputs };
  const { logicalName, ...place } = placeGroup({ ...wanted, balancing });
  const targetGroup = new TargetGroup(
    logicalName,
    {
      ...place,
      targetType: "ip",
      vpcId: network.vpcId,
      ...inputs,
      deregistrationDelay: scope.mode.deregistrationDelay,
      ...(service.stickiness === undefined
        ? {}
        : { stickiness: { type: "lb_cookie", cookieDuration: service.stickiness, enabled: true } }),
      tags: scope.tags(service.name),
    },
    { parent },
  );
  return { targetGroup, logicalName };
}

/** Addresses for documentation (RFC 5737), from which no request comes. */
const nobody = "192.0.2.0/24";

/**
 * The rule by which a target group belongs to the load balancer, so that ECS registers tasks with it and their health
 * is checked, while the requests still go elsewhere. It stays: a rule that came and went would be a change of its own.
 */
function createParkedRule(
  { scope, loadBalancer, route }: PublicPortArgs,
  targetGroup: TargetGroup,
  parent: pulumi.Resource,
): ListenerRule {
  const name = parkedName(route.name);
  const { https } = mainRule(route);
  return new ListenerRule(
    name,
    {
      listenerArn: (https ? loadBalancer.httpsArn : undefined) ?? loadBalancer.httpArn,
      priority: route.parkedPriority,
      conditions: [{ hostHeader: { values: [`${name}.invalid`] } }, { sourceIp: { values: [nobody] } }],
      actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: scope.tags(route.service.name, name),
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
    // Each task is asked at the port that it is registered with, so that old and new ones can be in one group.
    port: (healthcheck?.port ?? port.target) === port.target ? "traffic-port" : String(healthcheck?.port),
    protocol: spokenTo(port).protocol,
    matcher: grpc ? "0-99" : known ? "200-399" : "200-499",
    interval,
    timeout: Math.min(clamp(healthcheck?.timeout ?? 5, 2, 120), interval - 1),
    healthyThreshold: 2,
    unhealthyThreshold: clamp(healthcheck?.retries ?? 3, 2, 10),
  };
}

interface Rule {
  /** @default the load balancer's own name */
  readonly host?: string;
  readonly prefix?: PathPrefix;
  /** The host that its requests are sent to. @default they reach the target group */
  readonly redirect?: string;
  /** The distribution that its requests come from. @default none: they come from the internet */
  readonly distribution?: string;
  /** Its listener: HTTPS, or HTTP where the address has no certificate. */
  readonly https: boolean;
  readonly priority: number;
}

function createRule(
  name: string,
  { scope, loadBalancer, edge, route }: PublicPortArgs,
  {
    rule: { host, prefix, redirect, distribution, https, priority },
    targetGroup,
    after,
  }: {
    readonly rule: Rule;
    readonly targetGroup: TargetGroup;
    readonly after: readonly pulumi.Input<pulumi.Resource>[];
  },
  parent: pulumi.Resource,
): ListenerRule {
  return new ListenerRule(
    name,
    {
      listenerArn: (https ? loadBalancer.httpsArn : undefined) ?? loadBalancer.httpArn,
      priority,
      conditions:
        distribution === undefined || edge === undefined
          ? conditions(host ?? ownName(loadBalancer), prefix)
          : [fromEdge(edge, distribution), ...(prefix === undefined ? [] : [underPath(prefix)])],
      actions: [
        redirect === undefined ? { type: "forward", targetGroupArn: targetGroup.arn } : redirectTo(redirect),
      ],
      transforms: transforms(prefix),
      tags: scope.tags(route.service.name, name),
    },
    {
      parent,
      dependsOn: [...after],
      ...(distribution === undefined ? {} : { additionalSecretOutputs: ["conditions"] }),
    },
  );
}

/** Protocol, port, path and query stay as they were asked for (Elastic Load Balancing User Guide, Redirect actions). */
function redirectTo(host: string): { type: string; redirect: { host: string; statusCode: string } } {
  return { type: "redirect", redirect: { host, statusCode: "HTTP_301" } };
}

/** Where HTTPS takes the domains, HTTP answers under the load balancer's own name alone, and leads the rest to HTTPS. */
function ownName({ httpsArn, dnsName }: LoadBalancer): pulumi.Output<string> | undefined {
  return httpsArn === undefined ? undefined : dnsName;
}

function conditions(host: pulumi.Input<string> | undefined, prefix: PathPrefix | undefined): object[] {
  const hosts = host === undefined ? [] : [{ hostHeader: { values: [host] } }];
  if (prefix !== undefined) return [...hosts, underPath(prefix)];
  return host === undefined ? [{ pathPattern: { values: ["/*"] } }] : hosts;
}

function underPath({ prefix }: PathPrefix): object {
  return { pathPattern: { values: [prefix, `${prefix}/*`] } };
}

/** Only the distribution knows what the header holds. */
function fromEdge(edge: Edge, distribution: string): object {
  return { httpHeader: { httpHeaderName: edgeHeader, values: [edge.headerValue(distribution)] } };
}

/** `/api/items` reaches the service as `/items` where it does not know under which path it is published. */
function transforms(prefix: PathPrefix | undefined): { type: string; urlRewriteConfig: object }[] {
  if (prefix?.strip !== true) return [];
  const literal = prefix.prefix.replace(/[.$+~@:]/g, "\\$&");
  const rewrite = { regex: `^${literal}/?(.*)$`, replace: "/$1" };
  return [{ type: "url-rewrite", urlRewriteConfig: { rewrite } }];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
