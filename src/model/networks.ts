/** Who reaches whom: the services of a project that are in one network, as in Compose. */
import type { Service } from "./project";

/** The networks that keep the containers of a project apart; `undefined` where none does. */
export function separatingNetworks(services: readonly Service[]): readonly string[] | undefined {
  const each = services.flatMap((service) =>
    service.kind === "container" && service.networks !== undefined ? [service.networks] : [],
  );
  return each.length === 0 ? undefined : [...new Set(each.flat())];
}

/** Security groups that the network interface of a task takes (ECS API reference, AwsVpcConfiguration). */
export const mostGroups = 5;

/** A container with the networks that it is in. */
export interface Member {
  readonly name: string;
  readonly networks: readonly string[];
  /** Security groups that it has besides: the project's, those of its databases, that of its volumes. */
  readonly others: number;
}

/**
 * The networks that become security groups, for each container that is in them. Where a container would have more
 * groups than its network interface takes, networks whose members all meet in another one are left out: without them
 * the same containers reach each other.
 *
 * @returns `undefined` where all are in one network: then the project's own group is enough
 */
export function networkGroups(
  containers: readonly Member[],
): ReadonlyMap<string, readonly string[]> | undefined {
  const [first] = containers;
  const names = [...new Set(containers.flatMap(({ networks }) => networks))];
  if (first === undefined) return undefined;
  if (first.networks.some((name) => containers.every(({ networks }) => networks.includes(name))))
    return undefined;
  const tight = containers.some(({ networks, others }) => networks.length + others > mostGroups);
  const kept = tight ? needed(names, containers) : new Set(names);
  return new Map(
    containers.map(({ name, networks }) => [name, networks.filter((network) => kept.has(network))]),
  );
}

/** The networks that let somebody reach somebody else whom no other one does. */
function needed(names: readonly string[], containers: readonly Member[]): ReadonlySet<string> {
  const members = (name: string): readonly string[] =>
    containers.filter(({ networks }) => networks.includes(name)).map((container) => container.name);
  const largestFirst = names
    .map((name) => ({ name, members: members(name) }))
    .sort((a, b) => b.members.length - a.members.length);
  const kept: typeof largestFirst = [];
  for (const network of largestFirst) {
    const elsewhere = kept.some((other) => network.members.every((member) => other.members.includes(member)));
    if (network.members.length > 1 && !elsewhere) kept.push(network);
  }
  return new Set(kept.map(({ name }) => name));
}
