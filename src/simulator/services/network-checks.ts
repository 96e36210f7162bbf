/** Whether EC2 takes networks as they are asked for. */
import { contains, overlap, parseCidr } from "../awsx/cidr";
import type { Properties, Refusal } from "../cloud/cloud";
import type { ResourceType, World } from "../cloud/resource-type";
import { networkRules as rules } from "../rules/network";
import type { Rule } from "../rules/rule";
import { textOf } from "../cloud/values";
import { tokens } from "./common";

/** "Amazon VPC quotas": subnets per VPC. */
const subnetsPerVpc = 200;

/** AWS takes /16 to /28 for a VPC and for a subnet. */
export function rangeCheck(rule: Rule): NonNullable<ResourceType["check"]> {
  return ({ cidrBlock }) => {
    if (typeof cidrBlock !== "string") return [];
    const range = parseCidr(cidrBlock);
    if (range === undefined) return [rule.refuse("cidrBlock", `'${cidrBlock}' is not an IPv4 range`)];
    return rule.unless(range.bits >= 16 && range.bits <= 28, "cidrBlock", () => {
      return `'${cidrBlock}': the prefix has to be between /16 and /28 (InvalidVpc.Range)`;
    });
  };
}

export function subnetConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const { availabilityZone: zone, cidrBlock, vpcId } = inputs;
  const range = parseCidr(textOf(cidrBlock));
  const outer = parseCidr(textOf(world.find(tokens.vpc, vpcId)?.outputs["cidrBlock"]));
  const siblings = world
    .all(tokens.subnet)
    .filter(({ id, outputs }) => id !== self && outputs["vpcId"] === vpcId);
  const other = siblings.find(({ outputs }) => {
    const sibling = parseCidr(textOf(outputs["cidrBlock"]));
    return sibling !== undefined && range !== undefined && overlap(sibling, range);
  });
  const local = typeof zone !== "string" || new RegExp(`^${world.region}[a-f]$`).test(zone);
  return [
    ...rules.zone.unless(
      local,
      "availabilityZone",
      () => `'${String(zone)}' is not a zone of ${world.region}`,
    ),
    ...rules.subnetInside.unless(
      range === undefined || outer === undefined || contains(outer, range),
      "cidrBlock",
      () => `'${String(cidrBlock)}' is not in the VPC's range`,
    ),
    ...rules.subnetOverlap.unless(other === undefined, "cidrBlock", () => {
      return `'${String(cidrBlock)}' overlaps '${textOf(other?.outputs["cidrBlock"])}' (InvalidSubnet.Conflict)`;
    }),
    ...rules.subnets.unless(siblings.length < subnetsPerVpc, "vpcId", () => {
      return `the VPC has ${siblings.length} subnets (SubnetLimitExceeded)`;
    }),
  ];
}

/** What a route can lead to, as the provider names it. */
const targets = [
  ...[
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "gatewayId",
    "localGatewayId",
    "natGatewayId",
  ],
  ...["networkInterfaceId", "odbNetworkArn", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"],
];

/** A value that isn't known yet is left out of what is checked, so that no target at all says nothing. */
export function routeTarget(inputs: Properties): readonly Refusal[] {
  const named = targets.filter((property) => inputs[property] !== undefined);
  return rules.routeTarget.unless(named.length <= 1, named[1] ?? "", () => {
    return `it has ${named.length}: ${named.join(", ")} (InvalidParameterCombination)`;
  });
}

/** Refuses a second resource of a type with the same values of some properties. */
export function onlyOne(
  rule: Rule,
  token: string,
  properties: readonly string[],
  says: string,
): NonNullable<ResourceType["conflicts"]> {
  return (inputs, world, self) => {
    if (properties.some((property) => inputs[property] === undefined)) return [];
    const twin = world
      .all(token)
      .find(({ id, outputs }) => id !== self && properties.every((name) => outputs[name] === inputs[name]));
    return rule.unless(twin === undefined, properties[0] ?? "", () => says);
  };
}
