/** Whether one load balancer has room for everything that a project publishes: counted before the first resource. */
import { BerthError, messageOf, type Problem } from "../../errors";
import { definedOnly } from "../../defined";
import { balancerQuotas, increaseCommand } from "../../model/quotas";
import { noCertificates } from "../../model/standing-certificates";
import type { Strategy } from "../../model/strategy";
import type { BalancerLimits, ProjectProgramArgs } from "../../ports";
import { isSecured } from "./certificates";
import { findPublicHosts, type PublicHosts, type PublicHostsArgs } from "./hosts";
import { awayZonesOf } from "./record-zone";
import type { PublicRoute } from "./routes";
import { joinedHosts } from "./shiftable";

export interface RoomArgs {
  readonly routes: readonly PublicRoute[];
  readonly hosts: Pick<PublicHosts, "groups" | "projectGroup">;
  readonly rollout: Strategy;
  /** How many of each the stack has: AWS has given the account a greater quota where that is more. */
  readonly standing: { readonly rules: number; readonly certificates: number };
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
  published: Pick<PublicHostsArgs, "routes" | "networkRoutes" | "sites">,
  given: Pick<PublicHostsArgs, "scope" | "provider">,
): Promise<PublicHosts> {
  const { domain, hostedZoneId, mode, balancing, balancerLimits: limits } = args;
  const standing = args.certificates ?? noCertificates;
  const zones = { domain, hostedZoneId, standing, away: awayZonesOf(args) };
  const hosts = await findPublicHosts({ ...published, ...given, ...zones });
  await judgeRoom({
    ...{ routes: published.routes, hosts, rollout: mode.rollout, ...definedOnly({ limits }) },
    standing: { rules: balancing?.rules ?? 0, certificates: standing.groups.length },
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
 * @throws BerthError (project) where the project wants more rules or certificates than the account's quotas let a load
 * balancer have
 */
export async function judgeRoom({ standing, limits, ...args }: RoomArgs): Promise<void> {
  const wanted = [rulesOf(args), certificatesOf(args)];
  const full = wanted.filter(
    ({ what, count }) => count > Math.max(balancerQuotas[what].usual, standing[what]),
  );
  if (full.length === 0) return;
  const { found, unread } = await asked(limits);
  const problems = full.flatMap(({ what, count, path, message, without }): readonly Problem[] => {
    const most = Math.max(balancerQuotas[what].usual, standing[what], found[what] ?? 0);
    if (count <= most) return [];
    const more = increaseCommand(balancerQuotas[what], count);
    return [
      {
        path,
        message: `${message}; it takes ${most}${unread}`,
        hint: `${without}; or have AWS raise the quota, and run again: ${more}`,
      },
    ];
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

/** One for each name that a port answers to, or that leads to another one; but for those that a strategy moves as one. */
function rulesOf({ routes, rollout }: Pick<RoomArgs, "routes" | "rollout">): Full {
  const each = (route: PublicRoute): number => {
    const own = new Set(route.domains.map(({ name }) => name));
    const shifts = (route.service.strategy?.strategy ?? rollout) !== "rolling";
    const joined = shifts ? joinedHosts(route, own) : undefined;
    return 1 + route.domains.filter(({ name }) => joined?.includes(name) !== true).length;
  };
  const count = routes.reduce((sum, route) => sum + each(route), 0);
  const most = mostDomains(routes);
  return {
    what: "rules",
    count,
    path: `services.${most?.service.name ?? ""}.${most?.domains.length === 0 ? "ports" : "x-domains"}`,
    message: `${count} rules of the load balancer, one for each published port and one for each of its domains`,
    without:
      "name a wildcard (*.example.com) in the place of single domains, publish fewer ports, or divide the project",
  };
}

/** Those beside the listener's default one. */
function certificatesOf({ routes, hosts }: Pick<RoomArgs, "routes" | "hosts">): Full {
  const own = hosts.projectGroup === undefined ? 0 : 1;
  const usable = hosts.groups.filter(({ names }) => names.every(isSecured)).length;
  const count = routes.length === 0 ? 0 : own + usable - 1;
  return {
    what: "certificates",
    count,
    path: `services.${mostDomains(routes)?.service.name ?? ""}.x-domains`,
    message: `${count} certificates of the load balancer beside its default one`,
    without:
      "name a wildcard (*.example.com) in the place of single domains, or move zones to this account, whose names share certificates",
  };
}

function mostDomains(routes: readonly PublicRoute[]): PublicRoute | undefined {
  return [...routes].sort((a, b) => b.domains.length - a.domains.length)[0];
}
