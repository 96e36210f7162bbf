/** The network of a stack: subnets over zones, the way out of the private ones, and S3 without leaving the network. */
import { getRouteTableOutput } from "@pulumi/aws/ec2/getRouteTable";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { ModeSettings } from "../project/modes";
import { NatInstance } from "./nat-instance";
import type { Scope } from "./scope";

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
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** For what needs no way out: databases. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly #zones: number;
  /** The private subnets, once their way out is open: for what pulls an image or calls AWS. */
  readonly workloadSubnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Network", name, {}, opts);
    const vpc = createVpc(args, this);
    this.#zones = args.zones.length;
    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    const routeTableIds = args.zones.map((_, index) => privateRouteTable(vpc, index, this));
    createS3Endpoint(args.scope, vpc.vpcId, routeTableIds, this);
    const waysOut = openWayOut(args, vpc, routeTableIds, this);
    this.workloadSubnetIds = pulumi
      .all([vpc.privateSubnetIds, pulumi.all([...waysOut])])
      .apply(([subnetIds]) => subnetIds);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** Makes something in each private subnet, of which there is one in each zone. */
  eachPrivateSubnet<T>(make: (subnetId: pulumi.Output<string>, index: number) => T): readonly T[] {
    return Array.from({ length: this.#zones }, (_, index) =>
      make(
        this.privateSubnetIds.apply((ids) => at(ids, index)),
        index,
      ),
    );
  }
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
      tags: scope.tags(),
    },
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
