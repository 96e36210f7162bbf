/** The rule of a load balancer that leads requests to a port's tasks. */
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import * as pulumi from "@pulumi/pulumi";
import type { PathPrefix } from "../../model/project";
import { edgeHeader, type Edge } from "./edge";
import type { LoadBalancer } from "./load-balancer";
import type { Names } from "./names";
import type { Network } from "../network/network";
import type { DeployedBalancing } from "../../model/deployed-balancing";
import type { Scope } from "../stack/scope";
import type { RecordZone } from "./record-zone";
import type { PublicRoute } from "./routes";

export interface PublicPortArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  /** What answers in front of it. @default nothing */
  readonly edge?: Edge;
  /** What leads its names to it, or to what is in front of it. @default it has none */
  readonly names?: Names;
  readonly route: PublicRoute;
  /** The public zone that takes the name. @default none: the load balancer's own name serves */
  readonly zone?: RecordZone;
  /** Own domains that have a certificate. @default none */
  readonly secured?: ReadonlySet<string>;
  /** @default the stack is new */
  readonly balancing?: DeployedBalancing;
  /** Whether ECS moves the requests between two target groups itself. @default both revisions are in one */
  readonly shifted?: boolean;
}

export interface Rule {
  /** Of one rule. @default the load balancer's own name */
  readonly hosts?: readonly string[];
  readonly prefix?: PathPrefix;
  /** The host that its requests are sent to. @default they reach the target group */
  readonly redirect?: string;
  /** The distribution that its requests come from. @default none: they come from the internet */
  readonly distribution?: string;
  /** Its listener: HTTPS, or HTTP where the address has no certificate. */
  readonly https: boolean;
  readonly priority: number;
}

/** Where a rule's requests go. */
interface RuleTarget {
  readonly rule: Rule;
  /** A target group; or a pair, of which ECS says later which one gets them. */
  readonly to: pulumi.Input<string> | LedPair;
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
}

export interface LedPair {
  readonly first: pulumi.Input<string>;
  readonly alternate: pulumi.Input<string>;
  /** Whether the rule has led to the two of them before: then where its requests go is ECS's. */
  readonly known: boolean;
}

export function createRule(
  name: string,
  { scope, loadBalancer, edge, names, route }: PublicPortArgs,
  { rule: { hosts, prefix, redirect, distribution, https, priority }, to, after }: RuleTarget,
  parent: pulumi.Resource,
): ListenerRule {
  const from = keyOf(edge, distribution, hosts);
  const made = new ListenerRule(
    name,
    {
      listenerArn: (https ? loadBalancer.httpsArn : undefined) ?? loadBalancer.httpArn,
      priority,
      conditions: [
        ...(from === undefined ? [] : [{ httpHeader: { httpHeaderName: edgeHeader, values: [from] } }]),
        ...(from === undefined || hosts !== undefined
          ? conditions(hosts ?? ownName(loadBalancer), prefix)
          : prefix === undefined
            ? []
            : [underPath(prefix)]),
      ],
      actions: [redirect === undefined ? forwardTo(to) : redirectTo(redirect)],
      transforms: transforms(prefix),
      tags: scope.tags(route.service.name, name),
    },
    {
      parent,
      dependsOn: [...after, ...(names?.before(hosts ?? []) ?? [])],
      ...(isPair(to) && to.known ? { ignoreChanges: ["actions"] } : {}),
      ...(from === undefined ? {} : { additionalSecretOutputs: ["conditions"] }),
    },
  );
  names?.taken(hosts ?? [], made);
  return made;
}

/** What {@link edgeHeader} holds in the requests of a rule; only the distributions know. @returns `undefined` where all are taken */
function keyOf(
  edge: Edge | undefined,
  distribution: string | undefined,
  hosts: Rule["hosts"],
): pulumi.Output<string> | undefined {
  if (distribution !== undefined) return edge?.headerValue(distribution);
  return hosts === undefined ? undefined : edge?.anyHeaderValue;
}

function isPair(to: RuleTarget["to"]): to is LedPair {
  return typeof to === "object" && "alternate" in to;
}

interface ForwardAction {
  readonly type: "forward";
  readonly targetGroupArn?: pulumi.Input<string>;
  readonly forward?: { targetGroups: { arn: pulumi.Input<string>; weight: number }[] };
}

/** A group belongs to the load balancer by a rule with its name, whatever its weight: ECS registers tasks with no other. */
function forwardTo(to: RuleTarget["to"]): ForwardAction {
  if (!isPair(to)) return { type: "forward", targetGroupArn: to };
  const targetGroups = [
    { arn: to.first, weight: 1 },
    { arn: to.alternate, weight: 0 },
  ];
  return { type: "forward", forward: { targetGroups } };
}

/** Protocol, port, path and query stay as they were asked for (Elastic Load Balancing User Guide, Redirect actions). */
function redirectTo(host: string): { type: string; redirect: { host: string; statusCode: string } } {
  return { type: "redirect", redirect: { host, statusCode: "HTTP_301" } };
}

/** Where HTTPS takes the domains, HTTP answers under the load balancer's own name alone, and leads the rest to HTTPS. */
function ownName({ httpsArn, dnsName }: LoadBalancer): readonly pulumi.Output<string>[] | undefined {
  return httpsArn === undefined ? undefined : [dnsName];
}

function conditions(
  hosts: readonly pulumi.Input<string>[] | undefined,
  prefix: PathPrefix | undefined,
): object[] {
  const named = hosts === undefined ? [] : [{ hostHeader: { values: [...hosts] } }];
  if (prefix !== undefined) return [...named, underPath(prefix)];
  return hosts === undefined ? [{ pathPattern: { values: ["/*"] } }] : named;
}

function underPath({ prefix }: PathPrefix): object {
  return { pathPattern: { values: [prefix, `${prefix}/*`] } };
}

/** `/api/items` reaches the service as `/items` where it does not know under which path it is published. */
function transforms(prefix: PathPrefix | undefined): { type: string; urlRewriteConfig: object }[] {
  if (prefix?.strip !== true) return [];
  const literal = prefix.prefix.replace(/[.$+~@:]/g, "\\$&");
  const rewrite = { regex: `^${literal}/?(.*)$`, replace: "/$1" };
  return [{ type: "url-rewrite", urlRewriteConfig: { rewrite } }];
}
