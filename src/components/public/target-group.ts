/** Which target group a published port has: the one that exists, as long as nothing changes that its tasks can't share. */
import { shortHash } from "../../model/naming";
import { groupIdentity, noBalancing, type StandingBalancing } from "../../model/standing-balancing";
import type { Scope } from "../stack/scope";

export interface GroupPlace {
  readonly logicalName: string;
  /** In AWS. */
  readonly name: string;
  readonly port: number;
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
  /** @default the stack is new */
  readonly balancing: StandingBalancing | undefined;
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
  const known = own.find((group) => group.identity === identity);
  if (known !== undefined) return { logicalName: known.logicalName, name: known.name, port: known.port };
  const first = scope.name("targetGroup", service, shortHash(firstName));
  const taken = balancing.groups.some(({ name }) => name === first);
  if (own.length === 0 && !taken) return { logicalName: route, name: first, port };
  const hash = shortHash([route, identity]);
  const logicalName = `${route}-${hash}`;
  const made = own.find((group) => group.logicalName === logicalName);
  return { logicalName, name: scope.name("targetGroup", service, hash), port: made?.port ?? port };
}

/**
 * Whether the route's rules wait for the tasks of its target group: where something answers at the stack's addresses
 * already, and the group is not the one that takes the traffic.
 */
export function waitsForTasks(
  route: string,
  logicalName: string,
  balancing: StandingBalancing = noBalancing,
): boolean {
  if (balancing.parked.has(route)) return true;
  const leads = balancing.groups.some((group) => group.leads && group.logicalName === logicalName);
  return balancing.targets.size > 0 && !leads;
}
