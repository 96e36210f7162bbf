/**
 * Which ports' requests ECS can move itself: one rule of the load balancer is all that it moves for a target group
 * (ECS API reference, AdvancedConfiguration, productionListenerRule).
 */
import { mainPrefix, type PublicRoute } from "./routes";

/** Values of one rule's conditions ("Quotas for your Application Load Balancers", ELB user guide: condition values per rule). */
const valuesOfRule = 5;

/**
 * The hosts of a port that one rule leads to its tasks.
 *
 * @param secured - own domains that have a certificate
 * @returns `undefined` where the port's main address has no host, or a rule alone doesn't have room for its names
 */
export function joinedHosts(
  route: Pick<PublicRoute, "at" | "prefix" | "domains">,
  secured: ReadonlySet<string>,
): readonly string[] | undefined {
  const { at, domains } = route;
  if (!("host" in at)) return undefined;
  const own = domains.filter(({ redirect }) => redirect === undefined).map(({ name }) => name);
  const hosts = [at.host, ...own];
  // Behind CloudFront the key of its requests is one more.
  const values = hosts.length + (mainPrefix(route) === undefined ? 0 : 2) + (at.behind === true ? 1 : 0);
  const fit = own.every((name) => secured.has(name) && !name.startsWith("*.")) && values <= valuesOfRule;
  return fit ? hosts : undefined;
}

/** Why ECS can't move a port's requests; `undefined` where it can. */
export function unshiftable(
  route: Pick<PublicRoute, "at" | "prefix" | "domains">,
  secured: ReadonlySet<string>,
): string | undefined {
  if (mainPrefix(route)?.strip === true) return "its rule rewrites the path of its requests";
  const own = route.domains.some(({ redirect }) => redirect === undefined);
  if (own && joinedHosts(route, secured) === undefined)
    return "its own domains need rules of their own, and ECS moves one";
  return undefined;
}
