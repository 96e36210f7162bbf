/** A network that is there already: a VPC of the account, and its subnets as the file names them or their routes show. */
import { getRouteTable, type GetRouteTableResult } from "@pulumi/aws/ec2/getRouteTable";
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { getSubnets } from "@pulumi/aws/ec2/getSubnets";
import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { BerthError, messageOf, type Problem } from "../../errors";
import type { ExistingVpc } from "../../modes/network-settings";
import { createEndpoints, dataSubnets, type Network } from "./network";
import type { Scope } from "../stack/scope";

/** What was found of it, before the first resource. */
export interface FoundNetwork {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  /** Names of the private subnets' zones, in their order. */
  readonly privateZones: readonly string[];
}

interface Subnet {
  readonly id: string;
  readonly zone: string;
}

type Lookup = pulumi.InvokeOptions;

/** The setting that names the VPC, for problems. */
const setting = "x-berth.vpc";

/**
 * Looks the VPC and its subnets up: one subnet in each zone, of as many zones as the mode asks for, where the file names
 * none. A public subnet's default route leads to an internet gateway, a private one's anywhere else.
 *
 * @throws BerthError (usage) with everything that is missing: the VPC, DNS in it, subnets, a way out of the private ones
 */
export async function findNetwork(vpc: ExistingVpc, zones: number, provider: Lookup): Promise<FoundNetwork> {
  const { cidrBlock, enableDnsHostnames, enableDnsSupport } = await lookUp(vpc.id, `${setting}.id`, () =>
    getVpc({ id: vpc.id }, provider),
  );
  const named = vpc.publicSubnets.length > 0 && vpc.privateSubnets.length > 0;
  const byRoute = named ? { public: [], private: [] } : await subnetsByRoute(vpc.id, zones, provider);
  const [publicSubnets, privateSubnets] = await Promise.all([
    vpc.publicSubnets.length > 0
      ? namedSubnets(vpc, "publicSubnets", provider)
      : Promise.resolve(byRoute.public),
    vpc.privateSubnets.length > 0
      ? namedSubnets(vpc, "privateSubnets", provider)
      : Promise.resolve(byRoute.private),
  ]);
  const problems = [
    ...(enableDnsSupport && enableDnsHostnames
      ? []
      : [
          {
            path: `${setting}.id`,
            message: `${vpc.id} resolves no private names: DNS support or DNS host names are off`,
            hint: `aws ec2 modify-vpc-attribute --vpc-id ${vpc.id} --enable-dns-hostnames, and the same with --enable-dns-support`,
          },
        ]),
    ...tooFew("publicSubnets", publicSubnets, "whose default route leads to an internet gateway"),
    ...tooFew("privateSubnets", privateSubnets, "with another default route, a NAT gateway's for example"),
  ];
  if (problems.length > 0) throw new BerthError("usage", problems);
  return {
    vpcId: vpc.id,
    cidrBlock,
    publicSubnetIds: publicSubnets.map(({ id }) => id),
    privateSubnetIds: privateSubnets.map(({ id }) => id),
    privateZones: privateSubnets.map(({ zone }) => zone),
  };
}

/** Load balancers and databases ask for two zones (Elastic Load Balancing and RDS User Guides). */
function tooFew(
  key: "publicSubnets" | "privateSubnets",
  subnets: readonly Subnet[],
  what: string,
): Problem[] {
  const zones = new Set(subnets.map(({ zone }) => zone));
  if (zones.size < subnets.length) {
    return [
      {
        path: `${setting}.${key}`,
        message: `${subnets.map(({ id, zone }) => `${id} (${zone})`).join(", ")}: two subnets in one zone`,
        hint: "name one subnet in each zone",
      },
    ];
  }
  if (zones.size >= 2) return [];
  return [
    {
      path: `${setting}.${key}`,
      message: `subnets in ${zones.size} of at least 2 zones`,
      hint: `name two subnets or more, each in a zone of its own, or give the VPC subnets ${what}`,
    },
  ];
}

async function namedSubnets(
  vpc: ExistingVpc,
  key: "publicSubnets" | "privateSubnets",
  provider: Lookup,
): Promise<readonly Subnet[]> {
  return Promise.all(
    vpc[key].map(async (id, index) => {
      const path = `${setting}.${key}[${index}]`;
      const found = await lookUp(id, path, () => getSubnet({ id }, provider));
      if (found.vpcId !== vpc.id) {
        throw new BerthError("usage", {
          path,
          message: `${id} is a subnet of ${found.vpcId}, not of ${vpc.id}`,
          hint: "name subnets of the VPC itself",
        });
      }
      return { id, zone: found.availabilityZone };
    }),
  );
}

async function subnetsByRoute(
  vpcId: string,
  zones: number,
  provider: Lookup,
): Promise<{ readonly public: readonly Subnet[]; readonly private: readonly Subnet[] }> {
  const { ids } = await getSubnets({ filters: [{ name: "vpc-id", values: [vpcId] }] }, provider);
  const found = await Promise.all(
    [...ids].sort().map(async (id) => ({
      id,
      zone: (await getSubnet({ id }, provider)).availabilityZone,
      leads: wayOut(await routesOf(id, vpcId, provider)),
    })),
  );
  const inZones = (leads: "internet" | "elsewhere"): readonly Subnet[] => {
    const first = new Map<string, Subnet>();
    for (const subnet of found) {
      if (subnet.leads === leads && !first.has(subnet.zone)) first.set(subnet.zone, subnet);
    }
    return [...first.values()].sort((a, b) => (a.zone < b.zone ? -1 : 1)).slice(0, zones);
  };
  return { public: inZones("internet"), private: inZones("elsewhere") };
}

/** The subnet's own table, or the VPC's main one. */
async function routesOf(
  subnetId: string,
  vpcId: string,
  provider: Lookup,
): Promise<GetRouteTableResult["routes"]> {
  try {
    return (await getRouteTable({ subnetId }, provider)).routes;
  } catch (error) {
    if (!isMissing(error)) throw error;
    const filters = [
      { name: "vpc-id", values: [vpcId] },
      { name: "association.main", values: ["true"] },
    ];
    return (await getRouteTable({ filters }, provider)).routes;
  }
}

function wayOut(routes: GetRouteTableResult["routes"]): "internet" | "elsewhere" | undefined {
  const route = routes.find(({ cidrBlock }) => cidrBlock === "0.0.0.0/0");
  if (route === undefined) return undefined;
  return route.gatewayId.startsWith("igw-") ? "internet" : "elsewhere";
}

/** @throws BerthError (usage) where there is no such thing */
async function lookUp<T>(id: string, path: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new BerthError("usage", {
      path,
      message: `${JSON.stringify(id)}: this account has none of that id in this region`,
      hint: "aws ec2 describe-vpcs and describe-subnets list them",
    });
  }
}

/** The provider's functions fail where nothing matches; everything else is a failure indeed. */
function isMissing(error: unknown): boolean {
  return /no matching|no results|couldn't find resource|NotFound/i.test(messageOf(error));
}

/** The network as the other components see it: nothing of it is made, so nothing of it goes. */
export class ExistingNetwork extends pulumi.ComponentResource implements Network {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetCount: number;
  readonly privateZones: readonly string[];
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly workloadSubnetIds: pulumi.Output<string[]>;

  constructor(
    name: string,
    args: { readonly scope: Scope; readonly found: FoundNetwork },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("berth:aws:ExistingNetwork", name, {}, opts);
    const { scope, found } = args;
    this.vpcId = pulumi.output(found.vpcId);
    this.publicSubnetIds = pulumi.output([...found.publicSubnetIds]);
    this.privateSubnetIds = pulumi.output([...found.privateSubnetIds]);
    this.privateZones = found.privateZones;
    this.privateSubnetCount = found.privateSubnetIds.length;
    this.dataSubnetIds = dataSubnets(this.privateSubnetIds);
    this.workloadSubnetIds = this.privateSubnetIds;
    createEndpoints(scope, this, found.cidrBlock, this);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}
