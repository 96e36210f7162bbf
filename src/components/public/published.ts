/** Everything of a project that the internet reaches. */
import type { ProjectProgramArgs } from "../../ports";
import type { Published } from "../stack/outputs";
import { networkRoutes } from "./network-routes";
import { publicRoutes } from "./routes";
import { placedSites } from "./sites";

/** @throws BerthError (project) where something can't be published */
export function publishedOf({
  project,
  stack,
  domain,
  root,
  mode,
}: Pick<ProjectProgramArgs, "project" | "stack" | "domain" | "root" | "mode">): Published {
  const routes = publicRoutes(project, stack, domain, root, mode.edge);
  return {
    routes,
    networkRoutes: networkRoutes(project, stack, domain),
    sites: placedSites(project, stack, domain, routes),
  };
}
