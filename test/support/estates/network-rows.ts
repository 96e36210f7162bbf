import { modes, type ModeName } from "../../../src/modes/modes";
import { part, some, text, zone, type Row } from "./row";

const gateways: readonly ModeName[] = ["balanced", "high-availability"];

/** Part C: the network of the stack's own. */
const ownNetwork: readonly Row[] = [
  { type: "ec2/vpc", name: "net", parent: "Network", has: { cidrBlock: text(/\/16$/) } },
  ...["public", "private"].flatMap((kind) =>
    [1, 2].map((n): Row => ({
      type: "ec2/subnet",
      name: `net-${kind}-${n}`,
      parent: "Network",
      after: ["ec2/vpc net"],
    })),
  ),
  {
    ...{ type: "ec2/subnet", name: "net-private-3", parent: "Network" },
    modes: ["high-availability"],
  },
  {
    ...{ type: "ec2/vpcEndpoint", name: "s3", parent: "Network" },
    has: { vpcEndpointType: "Gateway", serviceName: "com.amazonaws.us-east-1.s3" },
  },
  {
    ...{ type: "autoscaling/group", name: "nat", parent: "NatInstance", modes: ["affordable"] },
    has: { minSize: 1, maxSize: 1 },
    after: ["ec2/launchTemplate nat"],
  },
  {
    ...{ type: "ec2/launchTemplate", name: "nat", parent: "NatInstance", modes: ["affordable"] },
    has: {
      instanceType: "t4g.nano",
      imageId: text(/al2023/),
      metadataOptions: part({ httpTokens: "required" }),
    },
  },
  {
    ...{ type: "ec2/networkInterface", name: "nat", parent: "NatInstance", modes: ["affordable"] },
    has: { sourceDestCheck: false },
  },
  { type: "ec2/natGateway", name: "nat-1", parent: "NatGateways", modes: gateways, after: ["ec2/eip nat-1"] },
  { type: "ec2/natGateway", name: "nat-3", parent: "NatGateways", modes: ["high-availability"] },
  ...[1, 2].map((n): Row => ({
    ...{ type: "ec2/route", name: `way-out-${n}`, parent: "Network" },
    has: { destinationCidrBlock: "0.0.0.0/0" },
  })),
];

/** Part C: the network and the way in. */
export const networkRows: readonly Row[] = [
  ...ownNetwork.map((row): Row => ({ ...row, network: true })),
  {
    ...{ type: "lb/loadBalancer", name: "alb", parent: "LoadBalancer" },
    has: (mode) => ({
      internal: false,
      idleTimeout: 120,
      enableDeletionProtection: modes[mode].albDeletionProtection,
      accessLogs: part({ enabled: modes[mode].albAccessLogs }),
    }),
    after: ["ec2/securityGroup alb", "ec2/subnet net-public-1", "ec2/subnet net-public-2"],
  },
  { type: "ec2/securityGroup", name: "alb", parent: "LoadBalancer" },
  {
    type: "vpc/securityGroupIngressRule",
    name: "alb-in-443",
    parent: "LoadBalancer",
    has: { cidrIpv4: "0.0.0.0/0" },
  },
  {
    ...{ type: "lb/listener", name: "http", parent: "LoadBalancer" },
    has: { port: 80, defaultActions: [part({ type: "redirect" })] },
  },
  {
    ...{ type: "lb/listener", name: "https", parent: "LoadBalancer" },
    has: { port: 443, protocol: "HTTPS", sslPolicy: text(/TLS13-1-2/) },
    after: [`acm/certificateValidation *.${zone}`],
  },
  ...(["site", "site--9090", "api", "greeter"] as const).flatMap((name): readonly Row[] => [
    {
      ...{ type: "lb/targetGroup", name, parent: "PublicPort" },
      has: (mode) => ({
        targetType: "ip",
        deregistrationDelay: modes[mode].deregistrationDelay,
        protocolVersion: name === "greeter" ? "GRPC" : "HTTP1",
      }),
    },
    {
      type: "lb/listenerRule",
      name,
      parent: "PublicPort",
      after: [`lb/targetGroup ${name}`, "lb/listener https"],
    },
  ]),
  {
    ...{ type: "lb/targetGroup", name: "site", parent: "PublicPort" },
    has: {
      stickiness: part({ enabled: true, cookieDuration: 3600 }),
      healthCheck: part({ path: "/healthz", interval: 10, timeout: 3, unhealthyThreshold: 3 }),
    },
  },
  {
    ...{ type: "lb/listenerRule", name: "api-www.everything.example.com", parent: "PublicPort" },
    has: {
      conditions: some(
        part({ hostHeader: { values: ["www.everything.example.com"] } }),
        part({ pathPattern: { values: ["/api", "/api/*"] } }),
      ),
      transforms: [part({ type: "url-rewrite" })],
    },
  },
  {
    ...{ type: "lb/listenerRule", name: `site-${zone}`, parent: "PublicPort" },
    has: {
      actions: [part({ type: "redirect", redirect: part({ host: `www.${zone}`, statusCode: "HTTP_301" }) })],
      conditions: [part({ hostHeader: { values: [zone] } })],
    },
  },
  ...[`site.${zone}`, `www.${zone}`, zone, "everything.example.org"].map((name): Row => ({
    type: "route53/record",
    name,
    parent: "*",
    has: { type: "A", aliases: [part({})] },
  })),
];
