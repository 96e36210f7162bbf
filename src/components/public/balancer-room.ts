/** Whether one load balancer has room for everything that a run publishes: counted before the first resource. */
import { BerthError, messageOf, type Problem } from "../../errors";
import { definedOnly } from "../../defined";
import { balancerQuotas, increaseCommand } from "../../model/quotas";
import {
  noBalancing,
  parkedName,
  type DeployedBalancing,
  type DeployedGroup,
  type NamedRule,
} from "../../model/deployed-balancing";
import { noCertificates, type DeployedCertificates } from "../../model/deployed-certificates";
import type { BalancerLimits, ProjectProgramArgs } from "../../ports";
import { chooseStrategy } from "../service/strategy";
import type { Scope } from "../stack/scope";
import { isSecured } from "./certificates";
import { findPublicHosts, type PublicHosts, type PublicHostsArgs } from "./hosts";
import { crossAccountZonesOf } from "./record-zone";
import type { NetworkRoute } from "./network-routes";
import { placeGroups, rulesOf } from "./port-groups";
import type { PublicRoute } from "./routes";

export interface RoomArgs {
  readonly scope: Scope;
  readonly routes: readonly PublicRoute[];
  readonly networkRoutes: readonly NetworkRoute[];
  readonly hosts: Pick<PublicHosts, "groups" | "projectGroup" | "own">;
  /** What the stack has: AWS has given the account a greater quota where that is more than everybody's. */
  readonly deployed: {
    readonly balancing: DeployedBalancing;
    readonly certificates: DeployedCertificates["beside"];
  };
  /** What the account may have, asked where it is more than everybody's. @default nobody asks */
  readonly limits?: ProjectProgramArgs["balancerLimits"];
}

/**
 * What the account knows of the hosts of a project, for which a load balancer has room.
 *
 * @throws as {@link findPublicHosts} and {@link judgeRoom}
 */
export async function hostsWithRoom(
  args: ProjectProgramArgs,
  published: Pick<PublicHostsArgs, "routes" | "networkRoutes" | "sites" | "doors">,
  given: Pick<PublicHostsArgs, "scope" | "provider">,
): Promise<PublicHosts> {
  const { domain, hostedZoneId, balancing = noBalancing, balancerLimits: limits } = args;
  const deployed = args.certificates ?? noCertificates;
  const names = definedOnly({ names: args.names });
  const zones = { domain, hostedZoneId, deployed, ...names, crossAccount: crossAccountZonesOf(args) };
  const hosts = await findPublicHosts({ ...published, ...given, ...zones });
  const { routes, networkRoutes } = published;
  await judgeRoom({
    ...{ scope: given.scope, routes, networkRoutes, hosts, ...definedOnly({ limits }) },
    deployed: { balancing, certificates: deployed.beside },
  });
  return hosts;
}

/** What a load balancer takes more of than it may. */
interface Full {
  readonly what: keyof typeof balancerQuotas;
  readonly count: number;
  readonly path: string;
  readonly message: string;
  readonly without: string;
}

/**
 * @throws BerthError (project) where the project wants more rules, target groups or certificates than the account's quotas let
 * a load balancer have
 */
export async function judgeRoom({ limits, ...args }: RoomArgs): Promise<void> {
  const { balancing, certificates } = args.deployed;
  const deployed = {
    rules: balancing.rules.length,
    groups: balancing.groups.filter(isOfBalancer).length,
    certificates: certificates.length,
  };
  const ports = portsAtBalancer(args);
  const wanted = [rulesAtOnce(ports, args), groupsAtOnce(ports, args), certificatesAtOnce(args)];
  const full = wanted.filter(
    ({ what, count }) => count > Math.max(balancerQuotas[what].usual, deployed[what]),
  );
  if (full.length === 0) return;
  const { found, unread } = await asked(limits);
  const problems = full.flatMap(({ what, count, path, message, without }): readonly Problem[] => {
    const quota = balancerQuotas[what];
    const most = Math.max(quota.usual, deployed[what], found[what] ?? 0);
    if (count <= most) return [];
    const hint =
      "code" in quota
        ? `${without}; or have AWS raise the quota, and run again: ${increaseCommand(quota, count)}`
        : `${without}; AWS raises this quota for nobody`;
    return [{ path, message: `${message}; it takes ${most}${unread}`, hint }];
  });
  if (problems.length > 0) throw new BerthError("project", problems);
}

async function asked(
  limits: RoomArgs["limits"],
): Promise<{ readonly found: BalancerLimits; readonly unread: string }> {
  try {
    return { found: (await limits?.()) ?? {}, unread: "" };
  } catch (error) {
    return { found: {}, unread: `, unless AWS has raised it, which can't be read: ${messageOf(error)}` };
  }
}

type PortAtBalancer = Parameters<typeof rulesOf>[0];

/** Each port with what is known of it before the first resource. */
function portsAtBalancer({
  routes,
  networkRoutes,
  scope,
  hosts,
  deployed: { balancing },
}: RoomArgs): readonly PortAtBalancer[] {
  const secured = new Set(hosts.own.filter(isSecured).map(({ name }) => name));
  return routes.map((route) => {
    const { service } = route;
    const isOwn = (other: { readonly service: unknown }): boolean => other.service === service;
    const own = { routes: routes.filter(isOwn), networkRoutes: networkRoutes.filter(isOwn) };
    const shifted = chooseStrategy({ ...own, scope, service, secured, balancing }).shifting !== undefined;
    return { scope, route, secured, balancing, shifted };
  });
}

/**
 * What AWS counts at the worst moment of the run: what it declares and, until its end, what the stack has beside that. A rule
 * that moves to another listener is two.
 */
function rulesAtOnce(ports: readonly PortAtBalancer[], { routes, deployed: { balancing } }: RoomArgs): Full {
  const declared = ports.flatMap(rulesOf);
  const keyOf = ({ name, route, https }: NamedRule): string => JSON.stringify([name, route, https]);
  const deployed = new Set(balancing.rules.map(keyOf));
  const going = balancing.rules.length - declared.filter((rule) => deployed.has(keyOf(rule))).length;
  const parked = declared.filter(({ name, route }) => name === parkedName(route)).length;
  const count = declared.length + going;
  const most = mostDomains(routes);
  return {
    what: "rules",
    count,
    path: `services.${most?.service.name ?? ""}.${most?.domains.length === 0 ? "ports" : "x-domains"}`,
    message: `${count} rules of the load balancer at once: ${worded({
      "of published ports and their domains": declared.length - parked,
      "by which new tasks are checked before requests reach them": parked,
      "of before, which go at the end of the run": going,
    })}`,
    without:
      going > 0 && declared.length <= balancerQuotas.rules.usual
        ? inTwoRuns
        : "name a wildcard (*.example.com) in the place of single domains, publish fewer ports, or divide the project",
  };
}

function worded(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .flatMap(([words, count]) => (count === 0 ? [] : [`${count} ${words}`]))
    .join(", ");
}

const inTwoRuns = "remove in one run what is to go, and add in the next one what is new";

/** A group counts for the load balancer whose rules name it, whatever its weight there. */
function groupsAtOnce(ports: readonly PortAtBalancer[], { routes, deployed: { balancing } }: RoomArgs): Full {
  const placed = ports.map(placeGroups);
  const alternates = placed.flatMap(({ alternate }) => alternate ?? []);
  const declared = [...placed.map(({ first }) => first), ...alternates];
  const names = new Set(declared.map(({ logicalName }) => logicalName));
  const going = balancing.groups.filter((group) => isOfBalancer(group) && !names.has(group.logicalName));
  const count = declared.length + going.length;
  return {
    what: "groups",
    count,
    path: `services.${mostPorts(routes)?.service.name ?? ""}.ports`,
    message: `${count} target groups of the load balancer at once: ${worded({
      "of published ports": placed.length,
      "to which ECS moves their requests": alternates.length,
      "of before, which go at the end of the run": going.length,
    })}`,
    without:
      going.length > 0 && declared.length <= balancerQuotas.groups.usual
        ? inTwoRuns
        : "deploy new services by rolling updates (x-rollout: rolling), which take one for each port, publish fewer ports, or divide the project",
  };
}

/** Whether it is one of the application load balancer. A network load balancer's protocols are TCP, TLS and UDP. */
function isOfBalancer({ identity }: DeployedGroup): boolean {
  return /^\["HTTPS?"/.test(identity);
}

function mostPorts(routes: readonly PublicRoute[]): PublicRoute | undefined {
  const portsOf = ({ service }: PublicRoute): number => service.ports.length;
  return [...routes].sort((a, b) => portsOf(b) - portsOf(a))[0];
}

/** Those beside the listener's default one. Where names of one change there is another, beside the former until the run's end. */
function certificatesAtOnce({ routes, hosts, deployed }: RoomArgs): Full {
  const own = hosts.projectGroup === undefined ? 0 : 1;
  const usable = hosts.groups.filter(({ names }) => names.every(isSecured));
  const keyOf = (names: readonly string[]): string => JSON.stringify([...names].sort());
  const declared = new Set(
    usable.map(({ names, first }) =>
      keyOf([...(first === undefined ? [] : [first]), ...names.map(({ name }) => name)]),
    ),
  );
  const going = deployed.certificates.filter((names) => !declared.has(keyOf(names))).length;
  const beside = routes.length === 0 ? 0 : own + usable.length - 1;
  const count = beside + going;
  return {
    what: "certificates",
    count,
    path: `services.${mostDomains(routes)?.service.name ?? ""}.x-domains`,
    message: `${count} certificates of the load balancer beside its default one at once: ${worded({
      "of the project's domains": beside,
      "of before, which go at the end of the run": going,
    })}`,
    without:
      going > 0 && beside <= balancerQuotas.certificates.usual
        ? inTwoRuns
        : "name a wildcard (*.example.com) in the place of single domains, or move zones to this account, whose names share certificates",
  };
}

function mostDomains(routes: readonly PublicRoute[]): PublicRoute | undefined {
  return [...routes].sort((a, b) => b.domains.length - a.domains.length)[0];
}
