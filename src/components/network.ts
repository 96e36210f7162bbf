/** The network of a stack: subnets over zones, the way out of the private ones, and S3 without leaving the network. */
import { getRouteTableOutput } from "@pulumi/aws/ec2/getRouteTable";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { ModeSettings } from "../project/modes";
import { endpointsOf } from "../project/network-settings";
import { InterfaceEndpoints } from "./interface-endpoints";
import { NatInstance } from "./nat-instance";
import type { Scope } from "./scope";

/** A network as the other components see it. */
export interface Network {
  readonly vpcId: pulumi.Output<string>;
  /** One in each zone: for the load balancer. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** For what needs no way out: databases. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetCount: number;
  /** The private subnets, once their way out is open: for what pulls an image or calls AWS. */
  readonly workloadSubnetIds: pulumi.Output<string[]>;
}

export interface NetworkArgs {
  readonly scope: Scope;
  /** Names of the availability zones to use, two at least: a load balancer asks for them. */
  readonly zones: readonly string[];
}

const cidrBlock = "10.0.0.0/16";

const natStrategies = {
  instance: "None",
  gateway: "Single",
  "gateway-per-zone": "OnePerAz",
} as const satisfies Record<ModeSettings["natStrategy"], string>;

/** Public and private subnets in each zone; nothing but the load balancer and the way out stands in the public ones. */
export class NewNetwork extends pulumi.ComponentResource implements Network {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetCount: number;
  readonly workloadSubnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Network", name, {}, opts);
    const vpc = createVpc(args, this);
    this.privateSubnetCount = args.zones.length;
    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    const routeTableIds = args.zones.map((_, index) => privateRouteTable(vpc, index, this));
    createS3Endpoint(args.scope, vpc.vpcId, routeTableIds, this);
    createEndpoints(args.scope, this, cidrBlock, this);
    const waysOut = openWayOut(args, vpc, routeTableIds, this);
    this.workloadSubnetIds = pulumi
      .all([vpc.privateSubnetIds, pulumi.all([...waysOut])])
      .apply(([subnetIds]) => subnetIds);
    this.registerOutputs({ vpcId: this.vpcId });
  }
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
      enableDnsHostnames: true,
      enableDnsSupport: true,
      natGateways: { strategy: natStrategies[scope.mode.natStrategy] },
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

/** The range of a private subnet: awsx lays it out, and tells the subnet's id alone. */
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

/** @returns what to wait for; empty where awsx made the gateways, whose component is done only with them */
function openWayOut(
  args: NetworkArgs,
  vpc: Vpc,
  routeTableIds: readonly pulumi.Output<string>[],
  parent: pulumi.Resource,
): readonly pulumi.Output<string>[] {
  if (args.scope.mode.natStrategy !== "instance") return [];
  const instance = new NatInstance(
    "nat",
    {
      scope: args.scope,
      vpcId: vpc.vpcId,
      cidrBlock,
      clientRanges: args.zones.map((_, index) => privateRange(vpc, index, parent)),
      subnetId: vpc.publicSubnetIds.apply((ids) => at(ids, 0)),
      zone: at(args.zones, 0),
      routeTableIds,
    },
    { parent },
  );
  return instance.routes.map((route) => route.id);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`The network has no subnet or zone ${index}.`);
  return item;
}
