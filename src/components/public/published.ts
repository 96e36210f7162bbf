/** Everything of a project that the internet reaches, and whether one load balancer has room for it. */
import { BerthError } from "../../errors";
import type { Strategy } from "../../model/strategy";
import type { ProjectProgramArgs } from "../../ports";
import type { Published } from "../stack/outputs";
import { networkRoutes } from "./network-routes";
import { publicRoutes, type PublicRoute } from "./routes";
import { joinedHosts } from "./shiftable";
import { placedSites } from "./sites";

/** Rules of a load balancer, its listeners' default ones apart ("Quotas for your Application Load Balancers", ELB user guide). */
const mostRules = 100;

/** @throws BerthError (project) where something can't be published */
export function publishedOf({
  project,
  stack,
  domain,
  root,
  mode,
  balancing,
}: Pick<ProjectProgramArgs, "project" | "stack" | "domain" | "root" | "mode" | "balancing">): Published {
  const routes = publicRoutes(project, stack, domain, root, mode.edge);
  // Where the stack has more, AWS has given the account a greater quota.
  countRules(routes, mode.rollout, Math.max(mostRules, balancing?.rules ?? 0));
  return {
    routes,
    networkRoutes: networkRoutes(project, stack, domain),
    sites: placedSites(project, stack, domain, routes),
  };
}

/** One for each name that a port answers to, or that leads to another one; but for those that a strategy moves as one. */
function countRules(routes: readonly PublicRoute[], rollout: Strategy, most: number): void {
  const rulesOf = (route: PublicRoute): number => {
    const own = new Set(route.domains.map(({ name }) => name));
    const shifts = (route.service.strategy?.strategy ?? rollout) !== "rolling";
    const joined = shifts ? joinedHosts(route, own) : undefined;
    return 1 + route.domains.filter(({ name }) => joined?.includes(name) !== true).length;
  };
  const count = routes.reduce((sum, route) => sum + rulesOf(route), 0);
  if (count <= most) return;
  const [first] = [...routes].sort((a, b) => b.domains.length - a.domains.length);
  throw new BerthError("project", {
    path: `services.${first?.service.name ?? ""}.${first?.domains.length === 0 ? "ports" : "x-domains"}`,
    message: `${count} rules of the load balancer, one for each published port and one for each of its domains; it takes ${most}`,
    hint: "name a wildcard (*.example.com) in the place of single domains, publish fewer ports, or divide the project",
  });
}
