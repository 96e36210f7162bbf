/** What the internet reaches by HTTP: an application load balancer. */
import { Listener } from "@pulumi/aws/lb/listener";
import { ListenerCertificate } from "@pulumi/aws/lb/listenerCertificate";
import { LoadBalancer as ApplicationLoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket, type ClosedBucket } from "../stack/bucket";
import { besideName } from "../../model/deployed-certificates";
import { httpsRules } from "../../model/deployed-names";
import type { Network } from "../network/network";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, anywhere, securityGroup, type Peer } from "../network/security-group";

export interface LoadBalancerArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The group that the services belong to. */
  readonly services: pulumi.Input<string>;
  /** Container ports that the load balancer asks, each once. */
  readonly targetPorts: readonly number[];
  /** @default HTTP alone, on the load balancer's own name */
  readonly certificateArn?: pulumi.Input<string>;
  /** Of further domains: the client's greeting chooses. @default none */
  readonly moreCertificates?: readonly DomainCertificate[];
  /** What answers in front of it, and alone reaches it then. @default it is open to the internet */
  readonly cloudFront?: CloudFrontPeer;
}

/** CloudFront in front of a load balancer. */
export interface CloudFrontPeer {
  /** The managed prefix list of its addresses. */
  readonly prefixList: pulumi.Input<string>;
  /** By which protocols distributions ask. */
  readonly http: boolean;
  readonly https: boolean;
}

/** A certificate and the domain that it is for. */
export interface DomainCertificate {
  readonly domain: string;
  readonly arn: pulumi.Input<string>;
}

/** Days that access logs stay. */
const accessLogExpiry = 90;

/** Load balancer, its group and its listeners; what no rule takes is answered 404. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly dnsName: pulumi.Output<string>;
  /** `app/<name>/<id>`, by which CloudWatch knows it. */
  readonly arnSuffix: pulumi.Output<string>;
  /** The rules that let HTTPS in from everybody. */
  readonly letIn: readonly pulumi.Resource[];
  /** The zone of {@link dnsName}, for alias records. */
  readonly zoneId: pulumi.Output<string>;
  readonly httpArn: pulumi.Output<string>;
  /** @default there is no certificate */
  readonly httpsArn: pulumi.Output<string> | undefined;
  /** What has to exist before anything asks it by HTTPS, under any of its names. */
  readonly secure: readonly pulumi.Resource[];

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:LoadBalancer", name, {}, opts);
    const { scope, network } = args;
    const { mode } = scope;
    const { ids, letIn } = createGroups(args, this);
    this.letIn = letIn;
    const logs = mode.albAccessLogs ? accessLogBucket(scope, this) : undefined;
    const balancer = new ApplicationLoadBalancer(
      "alb",
      {
        name: scope.name("loadBalancer", "alb"),
        loadBalancerType: "application",
        internal: false,
        subnets: network.publicSubnetIds,
        securityGroups: ids,
        idleTimeout: mode.albIdleTimeout,
        dropInvalidHeaderFields: true,
        enableDeletionProtection: mode.albDeletionProtection,
        // Said in either case: the provider takes a missing block for one that is to stay as it is.
        accessLogs: { bucket: logs?.name ?? "", enabled: logs !== undefined },
        tags: scope.tags(),
      },
      { parent: this, dependsOn: logs === undefined ? [] : [logs.policy] },
    );
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.zoneId = balancer.zoneId;
    const { http, https, beside } = createListeners(args, balancer.arn, this);
    this.httpArn = http.arn;
    this.httpsArn = https?.arn;
    this.secure = [...letIn, ...(https === undefined ? [] : [https]), ...beside];
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

/** A security group of the load balancer. */
interface Front {
  /** What follows project and stack in its name. */
  readonly suffix: string;
  readonly who: string;
  /** By the logical names of the rules. */
  readonly letsIn: Readonly<Record<string, { readonly peer: Peer; readonly port: number }>>;
  /** How the rules of the services begin that let it in. */
  readonly services: string;
}

/**
 * CloudFront's prefix list counts as 55 of the 60 rules that a group takes (CloudFront Developer Guide, Use the CloudFront managed
 * prefix list), so a group lets it in at one port. Distributions without names of the services ask by HTTP: for them it is another
 * group, also by its name, and the services let the new one in before the old one goes. Where they have names, and so ask by HTTPS,
 * it is the group of a load balancer that answers itself: the list and everybody are let in side by side while the names change hands.
 */
function frontsOf({ cloudFront, certificateArn }: LoadBalancerArgs): readonly Front[] {
  const world = { suffix: "alb", who: "the internet", services: "services-in" };
  if (cloudFront === undefined) {
    const http = { "alb-in-80": { peer: anywhere, port: 80 } };
    const https = { [httpsRules.world]: { peer: anywhere, port: 443 } };
    return [{ ...world, letsIn: { ...http, ...(certificateArn === undefined ? {} : https) } }];
  }
  const peer = { prefixList: cloudFront.prefixList };
  const edge = { suffix: "alb-edge", who: "CloudFront", services: "services-in-edge" };
  return [
    ...(cloudFront.https
      ? [{ ...world, who: "CloudFront", letsIn: { [httpsRules.cloudFront]: { peer, port: 443 } } }]
      : []),
    ...(cloudFront.http ? [{ ...edge, letsIn: { "alb-edge-in-80": { peer, port: 80 } } }] : []),
  ];
}

/** @returns the groups' ids, and the rules that let everybody in */
function createGroups(
  args: LoadBalancerArgs,
  parent: pulumi.Resource,
): { readonly ids: pulumi.Output<string>[]; readonly letIn: readonly pulumi.Resource[] } {
  const made = frontsOf(args).map((front) => createGroup(front, args, parent));
  return { ids: made.map(({ id }) => id), letIn: made.flatMap(({ letIn }) => letIn) };
}

function createGroup(
  { suffix, who, letsIn, services: prefix }: Front,
  { scope, network, services, targetPorts }: LoadBalancerArgs,
  parent: pulumi.Resource,
): { readonly id: pulumi.Output<string>; readonly letIn: readonly pulumi.Resource[] } {
  const { id } = securityGroup(
    suffix,
    {
      scope,
      vpcId: network.vpcId,
      suffix,
      description: `The load balancer, open to ${who}`,
      keepsDescription: true,
    },
    parent,
  );
  const letIn = Object.entries(letsIn).map(([name, rule]) =>
    allowIn(name, { scope, group: id, ...rule }, parent),
  );
  for (const port of targetPorts) {
    allowOut(`${suffix}-out-${port}`, { scope, group: id, peer: { group: services }, port }, parent);
    allowIn(`${prefix}-${port}`, { scope, group: services, peer: { group: id }, port }, parent);
  }
  return { id, letIn };
}

/** What no rule takes. */
function notFound(statusCode: string) {
  return {
    type: "fixed-response",
    fixedResponse: { contentType: "text/plain", statusCode, messageBody: "Nothing is published here.\n" },
  };
}

function createListeners(
  args: LoadBalancerArgs,
  loadBalancerArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): { readonly http: Listener; readonly https?: Listener; readonly beside: readonly ListenerCertificate[] } {
  const common = (name: string) => ({ loadBalancerArn, tags: args.scope.tags(undefined, name) });
  const { cloudFront } = args;
  const toHttps = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
  const { certificateArn, moreCertificates = [] } = args;
  const http = new Listener(
    "http",
    {
      ...common("http"),
      port: 80,
      protocol: "HTTP",
      // Behind CloudFront a request without a distribution's header is somebody else's.
      defaultActions: [
        certificateArn === undefined ? notFound(cloudFront === undefined ? "404" : "403") : toHttps,
      ],
    },
    { parent },
  );
  if (certificateArn === undefined) return { http, beside: [] };
  const https = new Listener(
    "https",
    {
      ...common("https"),
      port: 443,
      protocol: "HTTPS",
      // TLS 1.2 and 1.3, with key exchange that resists quantum computers where the client has it (ELB User Guide,
      // Security policies).
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      certificateArn,
      // Who still has a connection from before CloudFront answered is asked to try again over another one (RFC 9110, 15.5.20).
      defaultActions: [notFound(cloudFront?.https === true ? "421" : "404")],
    },
    { parent },
  );
  // Each under its domain: one that changed its place among the others would take its twin from the listener as it goes.
  const beside = moreCertificates.map(
    ({ domain, arn }) =>
      new ListenerCertificate(
        besideName(domain),
        { listenerArn: https.arn, certificateArn: arn },
        { parent },
      ),
  );
  return { http, https, beside };
}

/** Access logs are delivered by a service of AWS's own (ELB User Guide, Enable access logs). */
function accessLogBucket(scope: Scope, parent: pulumi.Resource): ClosedBucket {
  return closedBucket(
    `${scope.project}-access-logs`,
    {
      scope,
      suffix: "access-logs",
      expiry: accessLogExpiry,
      disposable: true,
      holds: "access-logs",
      statements: (arn) => [
        {
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `${arn}/AWSLogs/${scope.accountId}/*`,
        },
      ],
    },
    parent,
  );
}
