/** Which distribution of CloudFront has which names of the services. Pure: decided before the first resource. */
import { definedOnly } from "../../defined";
import { noNames, type DeployedNames } from "../../model/deployed-names";
import type { PublicRoute } from "./routes";

/** A distribution with names of its own. What of them leads where is decided by the load balancer's rules. */
export interface Door {
  /** Its logical name: that of a published port. */
  readonly label: string;
  /** Its names, each once. */
  readonly names: readonly [string, ...string[]];
  /** The one that is shown. @default all of them are redirects and wildcards */
  readonly shown?: string;
  /** Whether one of the ports behind it speaks gRPC. */
  readonly grpc: boolean;
}

/**
 * A distribution for each published port that has names; a name that several ports share by paths is that of the one which
 * has its root. CloudFront lets one distribution have a name, and a name can't change hands in a run: so one that a
 * distribution of the stack has stays there, whatever happens to the port that it is called after.
 *
 * @param taken - names of static sites, which have distributions of their own
 */
export function doorsOf(
  routes: readonly PublicRoute[],
  taken: ReadonlySet<string>,
  { aliases }: Pick<DeployedNames, "aliases"> = noNames,
): readonly Door[] {
  const named = new Map<string, string[]>();
  // The project's own names first: a certificate is called after its first one, and the others come and go.
  const own = new Set(routes.flatMap(({ at }) => ("host" in at ? [at.host] : [])));
  const owners = [...ownersOf(routes)].sort(([a], [b]) => Number(own.has(b)) - Number(own.has(a)));
  for (const [name, owner] of owners) {
    if (taken.has(name)) continue;
    const deployed = aliases.get(name);
    const label = deployed?.site === false ? deployed.label : owner;
    named.set(label, [...(named.get(label) ?? []), name]);
  }
  return [...named].flatMap(([label, [first, ...more]]) => {
    if (first === undefined) return [];
    const names = [first, ...more] as const;
    const shown = names.find((name) => isShown(name, routes));
    const grpc = routes.some((route) => speaksGrpc(route, names));
    return [{ label, names, grpc, ...definedOnly({ shown }) }];
  });
}

/**
 * The route as the load balancer is asked for it.
 *
 * @param sites - distributions of static sites, which ask by HTTP
 */
export function withDoor(
  route: PublicRoute,
  doors: readonly Door[],
  sites: readonly { readonly label: string }[],
): PublicRoute {
  const { at } = route;
  if ("host" in at)
    return doors.some(({ names }) => names.includes(at.host))
      ? { ...route, at: { ...at, behind: true } }
      : route;
  if (!("edge" in at) || sites.some(({ label }) => label === at.edge)) return route;
  return doors.some(({ label }) => label === at.edge) ? { ...route, at: { ...at, https: true } } : route;
}

/** By name: the port that it would be at, were the stack a new one. */
function ownersOf(routes: readonly PublicRoute[]): ReadonlyMap<string, string> {
  const owners = new Map<string, PublicRoute>();
  for (const route of routes) {
    for (const name of namesOf(route)) {
      const known = owners.get(name);
      if (known === undefined || (known.prefix !== undefined && route.prefix === undefined))
        owners.set(name, route);
    }
  }
  return new Map([...owners].map(([name, route]) => [name, route.name]));
}

function namesOf({ at, domains }: PublicRoute): readonly string[] {
  return [...("host" in at ? [at.host] : []), ...domains.map(({ name }) => name)];
}

function isShown(name: string, routes: readonly PublicRoute[]): boolean {
  const sent = routes.some(({ domains }) =>
    domains.some((domain) => domain.name === name && domain.redirect !== undefined),
  );
  return !sent && !name.startsWith("*.");
}

function speaksGrpc(route: PublicRoute, names: readonly string[]): boolean {
  return route.port.appProtocol === "grpc" && namesOf(route).some((name) => names.includes(name));
}
