/** Everything of a project that the internet reaches. */
import type { ProjectProgramArgs } from "../../ports";
import type { Published } from "../stack/outputs";
import { doorsOf, withDoor } from "./doors";
import { networkRoutes } from "./network-routes";
import { publicRoutes } from "./routes";
import { namesOf } from "./site-paths";
import { placedSites } from "./sites";

/** @throws BerthError (project) where something can't be published */
export function publishedOf({
  project,
  stack,
  domain,
  root,
  mode,
  names,
}: Pick<ProjectProgramArgs, "project" | "stack" | "domain" | "root" | "mode" | "names">): Published {
  const placed = publicRoutes(project, stack, domain, root, mode.edge);
  const served = placedSites(project, stack, domain, []);
  const doors = mode.edge === "cloudfront" ? doorsOf(placed, namesOf(served), names) : [];
  const routes = placed.map((route) => withDoor(route, doors, served));
  const sites = placedSites(project, stack, domain, routes);
  return {
    routes,
    networkRoutes: networkRoutes(project, stack, domain),
    sites,
    doors,
  };
}
