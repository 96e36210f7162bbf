/** What the internet reaches by HTTP: an application load balancer. */
import { Listener } from "@pulumi/aws/lb/listener";
import { ListenerCertificate } from "@pulumi/aws/lb/listenerCertificate";
import { LoadBalancer as ApplicationLoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket, type ClosedBucket } from "../stack/bucket";
import { recordOptions, type RecordZone } from "./record-zone";
import { besideName } from "../../model/deployed-certificates";
import type { Network } from "../network/network";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, anywhere, securityGroup } from "../network/security-group";

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
  /** The managed prefix list of CloudFront's addresses, which alone reach it then. @default it is open to the internet */
  readonly cloudFront?: pulumi.Input<string>;
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
  /** The zone of {@link dnsName}, for alias records. */
  readonly zoneId: pulumi.Output<string>;
  readonly httpArn: pulumi.Output<string>;
  /** @default there is no certificate */
  readonly httpsArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:LoadBalancer", name, {}, opts);
    const { scope, network } = args;
    const { mode } = scope;
    const groupId = createGroup(args, this);
    const logs = mode.albAccessLogs ? accessLogBucket(scope, this) : undefined;
    const balancer = new ApplicationLoadBalancer(
      "alb",
      {
        name: scope.name("loadBalancer", "alb"),
        loadBalancerType: "application",
        internal: false,
        subnets: network.publicSubnetIds,
        securityGroups: [groupId],
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
    const { http, https } = createListeners(args, balancer.arn, this);
    this.httpArn = http.arn;
    this.httpsArn = https?.arn;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

/**
 * Behind CloudFront it is another group, by its name too: a group's description can't be changed, and the services let the
 * new one in before the old one goes. The prefix list counts as 55 of the 60 rules that a group takes (CloudFront Developer
 * Guide, Use the CloudFront managed prefix list), so it is let in at one port.
 */
function createGroup(args: LoadBalancerArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { scope, services, cloudFront } = args;
  const own =
    cloudFront === undefined
      ? { suffix: "alb", who: "the internet", peer: anywhere, services: "services-in" }
      : {
          suffix: "alb-edge",
          who: "CloudFront",
          peer: { prefixList: cloudFront },
          services: "services-in-edge",
        };
  const group = securityGroup(
    own.suffix,
    {
      scope,
      vpcId: args.network.vpcId,
      suffix: own.suffix,
      description: `The load balancer, open to ${own.who}`,
    },
    parent,
  );
  for (const port of args.certificateArn === undefined ? [80] : [80, 443]) {
    allowIn(`${own.suffix}-in-${port}`, { scope, group: group.id, peer: own.peer, port }, parent);
  }
  for (const port of args.targetPorts) {
    allowOut(
      `${own.suffix}-out-${port}`,
      { scope, group: group.id, peer: { group: services }, port },
      parent,
    );
    allowIn(`${own.services}-${port}`, { scope, group: services, peer: { group: group.id }, port }, parent);
  }
  return group.id;
}

function createListeners(
  args: LoadBalancerArgs,
  loadBalancerArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): { readonly http: Listener; readonly https?: Listener } {
  const common = (name: string) => ({ loadBalancerArn, tags: args.scope.tags(undefined, name) });
  const notFound = {
    type: "fixed-response",
    fixedResponse: {
      contentType: "text/plain",
      // Behind CloudFront a request without a distribution's header is somebody else's.
      statusCode: args.cloudFront === undefined ? "404" : "403",
      messageBody: "Nothing is published here.\n",
    },
  };
  const toHttps = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
  const { certificateArn, moreCertificates = [] } = args;
  const http = new Listener(
    "http",
    {
      ...common("http"),
      port: 80,
      protocol: "HTTP",
      defaultActions: [certificateArn === undefined ? notFound : toHttps],
    },
    { parent },
  );
  if (certificateArn === undefined) return { http };
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
      defaultActions: [notFound],
    },
    { parent },
  );
  // Each under its domain: one that changed its place among the others would take its twin from the listener as it goes.
  for (const { domain, arn } of moreCertificates) {
    new ListenerCertificate(besideName(domain), { listenerArn: https.arn, certificateArn: arn }, { parent });
  }
  return { http, https };
}

/** The public record that leads a host to the load balancer. */
export function pointTo(
  host: string,
  {
    loadBalancer,
    zone,
  }: {
    readonly loadBalancer: Pick<LoadBalancer, "dnsName" | "zoneId">;
    readonly zone: RecordZone;
  },
  parent: pulumi.Resource,
): DnsRecord {
  return new DnsRecord(
    host,
    {
      zoneId: zone.id,
      name: host,
      type: "A",
      aliases: [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: false }],
    },
    recordOptions(zone, { parent }),
  );
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
