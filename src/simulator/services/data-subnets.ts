/** Subnet groups of databases and caches: what they need, and what can't leave them. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { StoredResource } from "../cloud/store";
import type { World } from "../cloud/resource-type";
import { cacheRules, databaseRules } from "../rules/data";
import type { Rule } from "../rules/rule";
import { listOf, numberOf, textOf } from "../cloud/values";
import { tokens, zonesOf } from "./common";

const database = "aws:rds/instance:Instance";
const databaseSubnets = "aws:rds/subnetGroup:SubnetGroup";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup";

/** RDS wants two zones; ElastiCache takes what there is. */
export function databaseGroupConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const zones = zonesOf({ world }, listOf(inputs["subnetIds"])).size;
  return [
    ...databaseRules.zones.unless(zones >= 2, "subnetIds", () => {
      return "the DB subnet group doesn't cover two zones (DBSubnetGroupDoesNotCoverEnoughAZs)";
    }),
    ...leaving(inputs, world, world.find(databaseSubnets, self), {
      rule: databaseRules.subnetInUse,
      holders: world.all(database).filter(({ outputs }) => outputs["dbSubnetGroupName"] === self),
      zonesIn: databaseZones,
      code: "SubnetAlreadyInUse",
    }),
  ];
}

export function cacheGroupConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  return leaving(inputs, world, world.find(cacheSubnets, self), {
    rule: cacheRules.subnetInUse,
    holders: world.all(cache).filter(({ outputs }) => outputs["subnetGroupName"] === self),
    zonesIn: cacheZones,
    code: "SubnetInUse",
  });
}

interface Occupation {
  readonly rule: Rule;
  readonly holders: readonly StoredResource[];
  /** The zones that one of them is in, of those of its group. */
  readonly zonesIn: (holder: StoredResource, zones: readonly string[]) => readonly string[];
  readonly code: string;
}

/** Refuses that subnets leave a group in whose zones something is. */
function leaving(
  inputs: Properties,
  world: World,
  group: StoredResource | undefined,
  { rule, holders, zonesIn, code }: Occupation,
): readonly Refusal[] {
  const before = listOf(group?.outputs["subnetIds"]);
  const after = listOf(inputs["subnetIds"]);
  const zones = [...zonesOf({ world }, before)];
  const gone = before.filter((id) => !after.includes(id));
  return gone.flatMap((id) => {
    const zone = textOf(world.find(tokens.subnet, id)?.outputs["availabilityZone"]);
    const holder = holders.find((candidate) => zonesIn(candidate, zones).includes(zone));
    return rule.unless(holder === undefined, "subnetIds", () => {
      return `${textOf(id)} in ${zone} is in use by ${holder?.id ?? ""} (${code})`;
    });
  });
}

/** AWS chooses the zone of a standby; here it is the last one. */
function databaseZones({ outputs }: StoredResource, zones: readonly string[]): readonly string[] {
  const own = textOf(outputs["availabilityZone"]);
  const standby = outputs["multiAz"] === true ? zones.filter((zone) => zone !== own).at(-1) : undefined;
  return standby === undefined ? [own] : [own, standby];
}

/** AWS chooses the zones of the nodes; here the last ones are taken first. */
function cacheZones({ outputs }: StoredResource, zones: readonly string[]): readonly string[] {
  return zones.slice(-(numberOf(outputs["numCacheClusters"]) ?? 1));
}
