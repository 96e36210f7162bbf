/** The static sites of a project, and the one that paths of other services lie below. */
import type { ContainerService, Project, Site } from "../../model/project";

interface SiteService {
  readonly service: ContainerService;
  readonly site: Site;
}

export function sitesOf({ services }: Project): readonly SiteService[] {
  return services.flatMap((service) =>
    service.kind === "container" && service.site !== undefined ? [{ service, site: service.site }] : [],
  );
}

/** The site that paths of other services lie below: the one that asks for `/`, else the first by name. */
export function mainSite(project: Project): ContainerService | undefined {
  const sites = sitesOf(project).map(({ service }) => service);
  const byName = [...sites].sort((a, b) => (a.name < b.name ? -1 : 1));
  return byName.find(({ root }) => root === true) ?? byName[0];
}
