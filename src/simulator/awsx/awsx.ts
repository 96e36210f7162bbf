/**
 * The children of awsx's `Vpc` (3.9), so that a plan shows the network as AWS will bill it. Both faces make them: the
 * simulator engine in this process, and the provider's `construct`. Names, nesting and ranges as EMULATOR's third
 * chapter saw them under the real engine: subnet strategy Auto.
 */
import { Eip } from "@pulumi/aws/ec2/eip";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";
import { layOut, type SubnetSpec } from "./layout";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";

export const awsxVpcType = "awsx:ec2:Vpc";

/** What of `awsx.ec2.VpcArgs` is simulated; the rest is refused. */
export interface SimulatedVpcArgs {
  readonly cidrBlock: string;
  readonly zones: readonly string[];
  readonly natStrategy: "None" | "Single" | "OnePerAz";
  readonly specs: readonly SubnetSpec[] | undefined;
  /** Bits of the prefix of a zone's share. @default the range is divided evenly */
  readonly zoneMask: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly endpoints: readonly { readonly serviceName: string; readonly vpcEndpointType?: string }[];
  readonly enableDnsHostnames: boolean | undefined;
  readonly enableDnsSupport: boolean | undefined;
}

const known = [
  "cidrBlock",
  "availabilityZoneNames",
  "availabilityZoneCidrMask",
  "numberOfAvailabilityZones",
  "natGateways",
  "subnetSpecs",
  "subnetStrategy",
  "tags",
  "vpcEndpointSpecs",
  "enableDnsHostnames",
  "enableDnsSupport",
  "region",
];
const natStrategies = ["None", "Single", "OnePerAz"] as const;
/** awsx's own defaults. */
const defaultZones = 3;
const defaultCidr = "10.0.0.0/16";

/** @throws Error where the arguments are contradictory, or ask for what is not simulated */
export async function vpcArgs(args: Readonly<Record<string, unknown>>): Promise<SimulatedVpcArgs> {
  const foreign = Object.keys(args).filter((key) => !known.includes(key));
  if (foreign.length > 0) throw new Error(`the simulated awsx.ec2.Vpc has no ${foreign.join(", ")}`);
  if (args["availabilityZoneNames"] !== undefined && args["numberOfAvailabilityZones"] !== undefined) {
    throw new Error("Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified");
  }
  if (args["subnetStrategy"] !== "Auto")
    throw new Error("the simulated awsx.ec2.Vpc has subnetStrategy Auto only");
  const wanted = recordOf(args["natGateways"])["strategy"] ?? "OnePerAz";
  const natStrategy = natStrategies.find((strategy) => strategy === wanted);
  if (natStrategy === undefined)
    throw new Error(`natGateways.strategy: ${JSON.stringify(wanted)} is no strategy`);
  return {
    cidrBlock: textOf(args["cidrBlock"]) || defaultCidr,
    zones: await zonesOf(args),
    natStrategy,
    specs:
      args["subnetSpecs"] === undefined ? undefined : (listOf(args["subnetSpecs"]) as readonly SubnetSpec[]),
    zoneMask: numberOf(args["availabilityZoneCidrMask"]),
    tags: recordOf(args["tags"]) as Readonly<Record<string, string>>,
    endpoints: listOf(args["vpcEndpointSpecs"]) as SimulatedVpcArgs["endpoints"],
    enableDnsHostnames: args["enableDnsHostnames"] as boolean | undefined,
    enableDnsSupport: args["enableDnsSupport"] as boolean | undefined,
  };
}

async function zonesOf(args: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const named = listOf(args["availabilityZoneNames"]).map(textOf);
  if (named.length > 0) return named;
  const count = numberOf(args["numberOfAvailabilityZones"]) ?? defaultZones;
  const { names } = await getAvailabilityZones();
  if (names.length < count)
    throw new Error(
      `The configured region for this provider does not have at least ${count} Availability Zones`,
    );
  return names.slice(0, count);
}

/** The component and its children. It keeps no inputs in state, as awsx's doesn't. */
export class SimulatedVpc extends pulumi.ComponentResource {
  readonly vpc: Vpc;
  readonly internetGateway: InternetGateway;
  readonly subnets: Subnet[] = [];
  readonly publicSubnets: Subnet[] = [];
  readonly privateSubnets: Subnet[] = [];
  readonly isolatedSubnets: Subnet[] = [];
  readonly routeTables: RouteTable[] = [];
  readonly routeTableAssociations: RouteTableAssociation[] = [];
  readonly routes: Route[] = [];
  readonly natGateways: NatGateway[] = [];
  readonly eips: Eip[] = [];
  readonly vpcEndpoints: VpcEndpoint[];
  readonly subnetLayout: readonly Readonly<Record<string, unknown>>[];

  constructor(
    private readonly label: string,
    private readonly args: SimulatedVpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(awsxVpcType, label, {}, opts);
    const { cidrBlock, enableDnsHostnames, enableDnsSupport } = args;
    const tags = this.tags();
    this.vpc = new Vpc(
      label,
      {
        cidrBlock,
        tags,
        ...(enableDnsHostnames === undefined ? {} : { enableDnsHostnames }),
        ...(enableDnsSupport === undefined ? {} : { enableDnsSupport }),
      },
      { parent: this },
    );
    const below = { parent: this.vpc, dependsOn: [this.vpc] };
    this.internetGateway = new InternetGateway(label, { vpcId: this.vpc.id, tags }, below);
    const layout = layOut(label, cidrBlock, args.zones, args.specs, args.zoneMask);
    args.zones.forEach((zone, index) => {
      for (const spec of layout.filter((item) => item.zone === zone)) this.addSubnet(spec, index);
    });
    this.vpcEndpoints = args.endpoints.map(
      (spec) => new VpcEndpoint(spec.serviceName, { ...spec, vpcId: this.vpc.id, tags }, below),
    );
    this.subnetLayout = layout
      .map(({ type, name, cidrMask }) => ({ type, name, cidrMask }))
      .slice(0, layout.length / args.zones.length);
    this.registerOutputs({});
  }

  /** Everything that `awsx.ec2.Vpc` gives. */
  outputs(): Readonly<Record<string, unknown>> {
    const idsOf = (subnets: readonly Subnet[]): pulumi.Output<string>[] => subnets.map(({ id }) => id);
    return {
      vpcId: this.vpc.id,
      vpc: this.vpc,
      internetGateway: this.internetGateway,
      publicSubnetIds: idsOf(this.publicSubnets),
      privateSubnetIds: idsOf(this.privateSubnets),
      isolatedSubnetIds: idsOf(this.isolatedSubnets),
      subnets: this.subnets,
      publicSubnets: this.publicSubnets,
      privateSubnets: this.privateSubnets,
      isolatedSubnets: this.isolatedSubnets,
      routeTables: this.routeTables,
      routeTableAssociations: this.routeTableAssociations,
      routes: this.routes,
      natGateways: this.natGateways,
      eips: this.eips,
      vpcEndpoints: this.vpcEndpoints,
      subnetLayout: this.subnetLayout,
    };
  }

  private tags(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { Name: this.label, ...this.args.tags, ...more };
  }

  private addSubnet(spec: ReturnType<typeof layOut>[number], zoneIndex: number): void {
    const { resourceName, type } = spec;
    const tags = this.tags({ Name: resourceName, SubnetType: type });
    const subnet = new Subnet(
      resourceName,
      {
        vpcId: this.vpc.id,
        availabilityZone: spec.zone,
        cidrBlock: spec.cidrBlock,
        mapPublicIpOnLaunch: type === "Public",
        assignIpv6AddressOnCreation: false,
        tags: { ...this.tags(), ...spec.tags, Name: resourceName, SubnetType: type },
      },
      { parent: this.vpc, dependsOn: [this.vpc] },
    );
    this.subnets.push(subnet);
    const lists = {
      Public: this.publicSubnets,
      Private: this.privateSubnets,
      Isolated: this.isolatedSubnets,
    };
    lists[type].push(subnet);
    const table = new RouteTable(
      resourceName,
      { vpcId: this.vpc.id, tags },
      { parent: subnet, dependsOn: [subnet] },
    );
    this.routeTables.push(table);
    const below = { parent: table, dependsOn: [table] };
    this.routeTableAssociations.push(
      new RouteTableAssociation(resourceName, { routeTableId: table.id, subnetId: subnet.id }, below),
    );
    if (type === "Public") this.addWayOut(subnet, zoneIndex);
    const gateway = this.gatewayOf(type, zoneIndex);
    if (gateway === undefined) return;
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...gateway };
    this.routes.push(new Route(resourceName, route, below));
  }

  /** Public subnets go out by the internet gateway, private ones by a NAT gateway where there is one. */
  private gatewayOf(
    type: string,
    zoneIndex: number,
  ): { gatewayId?: pulumi.Output<string>; natGatewayId?: pulumi.Output<string> } | undefined {
    if (type === "Public") return { gatewayId: this.internetGateway.id };
    const nat = this.natGateways[this.args.natStrategy === "Single" ? 0 : zoneIndex];
    return type === "Private" && nat !== undefined ? { natGatewayId: nat.id } : undefined;
  }

  private addWayOut(subnet: Subnet, zoneIndex: number): void {
    const { natStrategy } = this.args;
    if (natStrategy === "None" || (natStrategy === "Single" && this.natGateways.length > 0)) return;
    const name = `${this.label}-${zoneIndex + 1}`;
    const tags = { ...this.args.tags, Name: name };
    const below = { parent: subnet, dependsOn: [subnet] };
    const eip = new Eip(name, { tags }, below);
    this.eips.push(eip);
    this.natGateways.push(
      new NatGateway(name, { subnetId: subnet.id, allocationId: eip.allocationId, tags }, below),
    );
  }
}
