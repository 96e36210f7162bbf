/** Which target group a published port has: the one that exists, as long as nothing changes that its tasks can't share. */
import { shortHash } from "../../model/naming";
import {
  alternateNames,
  groupIdentity,
  noBalancing,
  type DeployedBalancing,
  type DeployedGroup,
} from "../../model/deployed-balancing";
import type { Scope } from "../stack/scope";

export interface GroupPlace {
  readonly logicalName: string;
  /** In AWS. */
  readonly name: string;
  readonly port: number;
}

/** Two groups of one identity, between which ECS moves the requests. */
export interface PlacedPair {
  readonly first: GroupPlace;
  readonly alternate: GroupPlace;
  /** Whether it is the alternate one that the service names as its own. */
  readonly swapped: boolean;
}

export interface GroupWanted {
  readonly scope: Scope;
  readonly service: string;
  /** The name of its route. */
  readonly route: string;
  /** The container's port. */
  readonly port: number;
  /** What the first group of a route has in its name. */
  readonly firstName: readonly string[];
  /** Protocol, protocol version and check. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Logical names that other ports have. @default none */
  readonly taken?: ReadonlySet<string>;
  /** @default the stack is new */
  readonly balancing: DeployedBalancing | undefined;
}

/**
 * A group is made with the port of its first tasks and keeps it, since that is the default alone: ECS registers each task
 * with its container's port ("This port is used unless you specify a port override when registering the target", Elastic
 * Load Balancing API, CreateTargetGroup, Port). So a new port needs no new group, and old and new tasks answer side by
 * side. Another protocol or check needs one. It has a logical name of its own: the one of before stays in the state, and
 * takes the traffic back, until the run has succeeded.
 */
export function placeGroup({
  scope,
  service,
  route,
  port,
  firstName,
  inputs,
  balancing = noBalancing,
}: GroupWanted): GroupPlace {
  const identity = groupIdentity(inputs);
  const own = balancing.groups.filter((group) => group.route === route);
  const known = own.find((group) => group.identity === identity && !isAlternate(group, own));
  if (known !== undefined) return placeOf(known);
  const first = scope.name("targetGroup", service, shortHash(firstName));
  const taken = balancing.groups.some(({ name, logicalName }) => name === first || logicalName === route);
  if (own.length === 0 && !taken) return { logicalName: route, name: first, port };
  const hash = shortHash([route, identity]);
  const logicalName = `${route}-${hash}`;
  const made = own.find((group) => group.logicalName === logicalName);
  return { logicalName, name: scope.name("targetGroup", service, hash), port: made?.port ?? port };
}

/** The group's second one. A pair stays one, also where ECS no longer moves the requests: either may have them. */
export function placeAlternate(wanted: GroupWanted, first: GroupPlace): Omit<PlacedPair, "first"> {
  const { scope, service, route, balancing = noBalancing, taken = new Set() } = wanted;
  const known = deployedAlternate(route, first, balancing);
  const [usual, apart] = alternateNames(first.logicalName);
  const isTaken = taken.has(usual) || balancing.groups.some(({ logicalName }) => logicalName === usual);
  const logicalName = isTaken ? apart : usual;
  const name = scope.name("targetGroup", service, shortHash([route, first.logicalName, "alternate"]));
  const own = balancing.targets.get(service) ?? [];
  const swapped = known !== undefined && own.some((target) => nameOf(target.targetGroupArn) === known.name);
  const alternate = known === undefined ? { logicalName, name, port: first.port } : placeOf(known);
  return { alternate, swapped };
}

/** The group's second one, where the state has it. */
export function deployedAlternate(
  route: string,
  first: GroupPlace,
  { groups }: DeployedBalancing = noBalancing,
): DeployedGroup | undefined {
  const names = alternateNames(first.logicalName);
  return groups.find((group) => group.route === route && names.includes(group.logicalName));
}

function isAlternate({ logicalName }: DeployedGroup, all: readonly DeployedGroup[]): boolean {
  return all.some((other) => alternateNames(other.logicalName).includes(logicalName));
}

function placeOf({ logicalName, name, port }: DeployedGroup): GroupPlace {
  return { logicalName, name, port };
}

function nameOf(arn: string): string {
  return arn.split("/").at(-2) ?? "";
}

/**
 * Whether groups of before are still there: the run that led the rules to this one has not succeeded, and may have led them
 * back where the state does not know of it.
 */
function isUnsettled(route: string, logicalName: string, { groups }: DeployedBalancing): boolean {
  const own = [logicalName, ...alternateNames(logicalName)];
  return groups.some((group) => group.route === route && !own.includes(group.logicalName));
}

/**
 * Whether the route's rules wait for the tasks of its target group: where something answers at the stack's addresses
 * already, and the group is not the one that takes the traffic.
 *
 * @param shifted - whether ECS moves the requests itself: then nothing has to wait once the group has them
 */
export function waitsForTasks(
  route: string,
  logicalName: string,
  balancing: DeployedBalancing = noBalancing,
  shifted = false,
): boolean {
  const leads = balancing.groups.some((group) => group.leads && group.logicalName === logicalName);
  if (leads && shifted) return isUnsettled(route, logicalName, balancing);
  if (balancing.parked.has(route)) return true;
  return balancing.targets.size > 0 && !leads;
}
