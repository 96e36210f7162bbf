/** What is outside of the stack: zones of the region, and a VPC that the user names by its id, with its subnets. */
import type { Properties } from "./cloud";
import type { StoredResource } from "./store";
import { hexOf } from "./naming";
import type { World } from "./resource-type";
import { tokens } from "../services/common";
import { textOf } from "./values";
import { partitionOf } from "../../partitions";

/** A world in which things outside of the stack, such as a VPC that the user names, can be taken to exist. */
export interface AssumingWorld extends World {
  /** What was taken to exist, in that order. */
  readonly assumed: StoredResource[];
}

function assumptions({ assumed }: AssumingWorld, token: string): readonly StoredResource[] {
  return assumed.filter(({ type }) => type === token);
}

/** Regions with more than three zones, or fewer (AWS's page "Regions and Availability Zones"). */
const zoneCounts: Readonly<Record<string, number>> = {
  "us-east-1": 6,
  "us-west-2": 4,
  "ap-northeast-2": 4,
  "us-west-1": 2,
};
const usualZones = 3;

export function zoneNames(region: string): readonly string[] {
  return Array.from(
    { length: zoneCounts[region] ?? usualZones },
    (_, n) => region + String.fromCharCode(97 + n),
  );
}

/** Of parts of a region's name, in the ids of its zones (RAM User Guide, Availability Zone IDs). */
const short: Readonly<Record<string, string>> = {
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
};

/**
 * `use1-az1`: in the order of the names, which an account's own letters need not follow; where a region has zones without
 * Fargate the first letter is one of them, so that a plan by letters meets it.
 */
export function zoneId(region: string, name: string): string {
  const [area = "", ...rest] = region.split("-");
  const words = rest.map((part) => short[part] ?? part.slice(0, 1)).join("");
  const zones = zoneNames(region);
  const index = zones.indexOf(name);
  const shifted = region in poorZone ? (index + (poorZone[region] ?? 0)) % zones.length : index;
  return `${area}${words}-az${shifted + 1}`;
}

/** Index of the zone without new instance types or Fargate, which has the first letter. */
const poorZone: Readonly<Record<string, number>> = { "ca-central-1": 2 };

/** Whether a zone has the instance types of today: the poor one has not. */
export function hasInstances(region: string, name: string): boolean {
  return !(region in poorZone) || name !== zoneNames(region)[0];
}

/** A resource that exists, or one outside of the stack that the program names by its id. */
export function existing(
  world: AssumingWorld,
  token: string,
  id: string,
  outputs: () => Properties,
): Properties {
  const found = world.find(token, id);
  if (found !== undefined) return { ...found.outputs, id: found.id };
  const assumed = { type: token, id, urn: "", seed: 0, outputs: { ...outputs(), id } };
  world.assumed.push(assumed);
  return assumed.outputs;
}

export function outsideVpc(world: AssumingWorld, id: string): Properties {
  return existing(world, tokens.vpc, id, () => ({
    arn: `arn:${partitionOf(world.region).id}:ec2:${world.region}:${world.accountId}:vpc/${id}`,
    cidrBlock: "172.31.0.0/16",
    enableDnsHostnames: true,
    enableDnsSupport: true,
    state: "available",
    tags: {},
  }));
}

/** A subnet of the VPC that was named last. The next one is in the next zone. */
export function outsideSubnet(world: AssumingWorld, id: string): Properties {
  return existing(world, tokens.subnet, id, () => {
    const before = assumptions(world, tokens.subnet).length;
    const zones = zoneNames(world.region);
    return {
      arn: `arn:${partitionOf(world.region).id}:ec2:${world.region}:${world.accountId}:subnet/${id}`,
      availabilityZone: zones[before % zones.length] ?? "",
      cidrBlock: `172.31.${(before * 16) % 256}.0/20`,
      vpcId: assumptions(world, tokens.vpc).at(-1)?.id ?? "",
      tags: {},
    };
  });
}

const kinds = ["public", "private"] as const;

/** A VPC outside of the stack has a public and a private subnet in each of the first two zones of its region. */
export function outsideSubnets(world: AssumingWorld, vpcId: string): readonly string[] {
  if (!assumptions(world, tokens.vpc).some(({ id }) => id === vpcId)) return [];
  return kinds.flatMap((kind) =>
    zoneNames(world.region)
      .slice(0, 2)
      .map((zone, index) => {
        const id = `subnet-0${hexOf(16, vpcId, kind, zone)}`;
        existing(world, tokens.subnet, id, () => ({
          arn: `arn:${partitionOf(world.region).id}:ec2:${world.region}:${world.accountId}:subnet/${id}`,
          availabilityZone: zone,
          cidrBlock: `172.31.${(kinds.indexOf(kind) * 2 + index) * 16}.0/20`,
          vpcId,
          tags: { kind },
        }));
        return id;
      }),
  );
}

/** The route table of such a subnet. @returns `undefined` for any other one */
export function outsideRouteTable(world: AssumingWorld, subnetId: unknown): Properties | undefined {
  const subnet = assumptions(world, tokens.subnet).find(({ id }) => id === subnetId);
  if (subnet === undefined) return undefined;
  const { kind } = subnet.outputs["tags"] as Readonly<Record<string, unknown>>;
  const id = `rtb-0${hexOf(16, subnet.id)}`;
  const gateways =
    kind === "public"
      ? { gatewayId: `igw-0${hexOf(16, subnet.id)}`, natGatewayId: "" }
      : { gatewayId: "", natGatewayId: `nat-0${hexOf(16, subnet.id)}` };
  return {
    associations: [],
    filters: [],
    gatewayId: "",
    id,
    routeTableId: id,
    rtbId: id,
    routes: [{ cidrBlock: "0.0.0.0/0", ...gateways }],
    subnetId: subnet.id,
    tags: {},
    vpcId: textOf(subnet.outputs["vpcId"]),
  };
}
