/** The network of a stack: subnets over zones, the way out of the private ones, and S3 without leaving the network. */
import { getRouteTableOutput } from "@pulumi/aws/ec2/getRouteTable";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import { Route } from "@pulumi/aws/ec2/route";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import * as pulumi from "@pulumi/pulumi";
import { endpointsOf } from "../../modes/network-settings";
import { InterfaceEndpoints } from "./interface-endpoints";
import { NatGateways } from "./nat-gateways";
import { NatInstance } from "./nat-instance";
import type { WayOut as WayOutWait } from "../../ports";
import type { Scope } from "../stack/scope";

/** A network as the other components see it. */
export interface Network {
  readonly vpcId: pulumi.Output<string>;
  /** One in each zone: for the load balancer. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** One in each zone: for what is reached in all of them. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetCount: number;
  /** Names of the private subnets' zones, in their order. @default they are the stack's own, in which nobody else has anything */
  readonly privateZones?: readonly string[];
  /** The private subnets of two zones, the same ones in every mode: for databases, which can't leave a zone. */
  readonly dataSubnetIds: pulumi.Output<string[]>;
  /** The private subnets, once their way out is open: for what pulls an image or calls AWS. */
  readonly workloadSubnetIds: pulumi.Output<string[]>;
}

export interface NetworkArgs {
  readonly scope: Scope;
  /** Names of the availability zones to use, two at least: a load balancer asks for them. */
  readonly zones: readonly string[];
  /** @default tasks wait for the group of the NAT instance alone */
  readonly wayOut?: WayOutWait;
}

const cidrBlock = "10.0.0.0/16";

/**
 * Bits of the prefix of a zone's share: a quarter of the network for each, whatever their number, so that the subnets of
 * zones that stay keep their ranges when a zone comes or goes.
 */
const zoneBits = 18;

/**
 * Public and private subnets in each zone; nothing but the load balancer and the way out is in the public ones.
 *
 * awsx lays the network out, without a way out of the private subnets. Their default routes are the same ones whatever
 * they lead to: another way out is made first, then they turn to it (EC2 API, ReplaceRoute), then the old one goes.
 */
export class NewNetwork extends pulumi.ComponentResource implements Network {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetCount: number;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly workloadSubnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Network", name, {}, opts);
    const vpc = createVpc(args, this);
    this.privateSubnetCount = args.zones.length;
    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.dataSubnetIds = dataSubnets(vpc.privateSubnetIds);
    const routeTableIds = args.zones.map((_, index) => privateRouteTable(vpc, index, this));
    createS3Endpoint(args.scope, vpc.vpcId, routeTableIds, this);
    createEndpoints(args.scope, this, cidrBlock, this);
    const routes = defaultRoutes(routeTableIds, openWayOut(args, vpc, this), this);
    const opened = pulumi.all(routes.map(({ id }) => id)).apply(() => waitForInstance(args));
    this.workloadSubnetIds = pulumi.all([vpc.privateSubnetIds, opened]).apply(([subnetIds]) => subnetIds);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}

/**
 * The subnets that databases may be in: two, which is what a standby or a replica takes. AWS decides in which of them
 * a node is, and refuses to remove a subnet from a group that one is in (RDS API, ModifyDBSubnetGroup), so a
 * third one would be a zone that the stack could never leave again.
 */
export function dataSubnets(privateSubnetIds: pulumi.Output<string[]>): pulumi.Output<string[]> {
  return privateSubnetIds.apply((ids) => ids.slice(0, 2));
}

/** Makes something in each private subnet, of which there is one in each zone. */
export function eachPrivateSubnet<T>(
  { privateSubnetIds, privateSubnetCount }: Network,
  make: (subnetId: pulumi.Output<string>, index: number) => T,
): readonly T[] {
  return Array.from({ length: privateSubnetCount }, (_, index) =>
    make(
      privateSubnetIds.apply((ids) => at(ids, index)),
      index,
    ),
  );
}

function createVpc(args: NetworkArgs, parent: pulumi.Resource): Vpc {
  const { scope } = args;
  return new Vpc(
    "net",
    {
      cidrBlock,
      availabilityZoneNames: [...args.zones],
      subnetStrategy: "Auto",
      availabilityZoneCidrMask: zoneBits,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      natGateways: { strategy: "None" },
      tags: scope.tags(),
    },
    { parent },
  );
}

/**
 * The route table of a private subnet, looked up when the component that makes it is done: of the tables, awsx gives
 * references only, which would ask for the whole of `@pulumi/aws` at run time.
 */
function privateRouteTable(vpc: Vpc, zone: number, parent: pulumi.Resource): pulumi.Output<string> {
  const subnetId = vpc.privateSubnetIds.apply((ids) => at(ids, zone));
  return getRouteTableOutput({ subnetId }, { parent, dependsOn: [vpc] }).routeTableId;
}

/** A group says that its instance runs, not that it forwards. A preview has none. */
async function waitForInstance({ scope, wayOut }: NetworkArgs): Promise<void> {
  if (scope.mode.natStrategy !== "instance" || pulumi.runtime.isDryRun()) return;
  await wayOut?.opened({ project: scope.project, stack: scope.stack });
}

/** The range of a private subnet: awsx lays it out, and returns only the subnet's id. */
function privateRange(vpc: Vpc, zone: number, parent: pulumi.Resource): pulumi.Output<string> {
  const id = vpc.privateSubnetIds.apply((ids) => at(ids, zone));
  return getSubnetOutput({ id }, { parent, dependsOn: [vpc] }).cidrBlock;
}

function createS3Endpoint(
  scope: Scope,
  vpcId: pulumi.Input<string>,
  routeTableIds: pulumi.Input<string>[],
  parent: pulumi.Resource,
): void {
  new VpcEndpoint(
    "s3",
    {
      vpcId,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${scope.region}.s3`,
      routeTableIds,
      tags: { ...scope.tags(), Name: "s3" },
    },
    { parent },
  );
}

/** The interface endpoints that the mode asks for. */
export function createEndpoints(
  scope: Scope,
  network: Pick<Network, "vpcId" | "privateSubnetIds">,
  range: string,
  parent: pulumi.Resource,
): void {
  const services = endpointsOf(scope.mode.interfaceEndpoints);
  if (services.length === 0) return;
  const { vpcId, privateSubnetIds: subnetIds } = network;
  new InterfaceEndpoints(
    "interface-endpoints",
    { scope, vpcId, subnetIds, cidrBlock: range, services },
    { parent },
  );
}

/** What the default route of a private subnet leads to. */
interface WayOut {
  readonly target: { networkInterfaceId: pulumi.Output<string> } | { natGatewayId: pulumi.Output<string> };
  /** What has to exist before a route turns to it. */
  readonly ready: pulumi.Resource;
}

/** @returns the way out of each zone, in the zones' order */
function openWayOut(args: NetworkArgs, vpc: Vpc, parent: pulumi.Resource): readonly WayOut[] {
  const { scope, zones } = args;
  const publicSubnet = (zone: number): pulumi.Output<string> =>
    vpc.publicSubnetIds.apply((ids) => at(ids, zone));
  if (scope.mode.natStrategy === "instance") {
    const { networkInterfaceId, group } = new NatInstance(
      "nat",
      {
        scope,
        vpcId: vpc.vpcId,
        cidrBlock,
        clientRanges: zones.map((_, index) => privateRange(vpc, index, parent)),
        subnetId: publicSubnet(0),
        zone: at(zones, 0),
      },
      { parent },
    );
    return zones.map(() => ({ target: { networkInterfaceId }, ready: group }));
  }
  const shared = scope.mode.natStrategy === "gateway";
  const subnetIds = (shared ? [0] : zones.map((_, index) => index)).map(publicSubnet);
  const { gateways } = new NatGateways("nat", { scope, subnetIds }, { parent });
  return zones.map((_, index) => {
    const gateway = at(gateways, shared ? 0 : index);
    return { target: { natGatewayId: gateway.id }, ready: gateway };
  });
}

function defaultRoutes(
  routeTableIds: readonly pulumi.Output<string>[],
  waysOut: readonly WayOut[],
  parent: pulumi.Resource,
): readonly Route[] {
  return routeTableIds.map((routeTableId, index) => {
    const { target, ready } = at(waysOut, index);
    return new Route(
      `way-out-${index + 1}`,
      { routeTableId, destinationCidrBlock: "0.0.0.0/0", ...target },
      { parent, dependsOn: [ready] },
    );
  });
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`The network has no subnet or zone ${index}.`);
  return item;
}
