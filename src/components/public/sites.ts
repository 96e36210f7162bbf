/** Which static sites a project has, what their names are, and which paths of other services lie below them. */
import type { Edge } from "../../model/edge";
import { projectDomainOf } from "../../model/naming";
import type { ContainerService, Project, Site } from "../../model/project";
import { mainSite, sitesOf } from "./main-site";
import { hostLabel, type PublicRoute } from "./routes";

/** A static site and what it answers to. */
export interface PlacedSite {
  readonly service: ContainerService;
  readonly site: Site;
  /** As a label of DNS. */
  readonly label: string;
  /** Its names, each once; the first is the one that is shown. @default CloudFront's own alone */
  readonly names: readonly SiteName[];
  /** Paths of other services below it, the deepest first. */
  readonly apis: readonly PublicRoute[];
}

export interface SiteName {
  readonly name: string;
  /** Where requests for it are sent. @default it is answered */
  readonly redirect?: string;
  /** The hosted zone's id, where the file says it. */
  readonly zoneId?: string;
  /** The compose path; absent for the name that the project's domain gives. */
  readonly from?: string;
}

/** @param routes - what the load balancer publishes */
export function placedSites(
  project: Project,
  stack: string,
  domain: string | undefined,
  routes: readonly PublicRoute[],
): readonly PlacedSite[] {
  const main = mainSite(project);
  return sitesOf(project).map(({ service, site }) => {
    const label = hostLabel(service.name, "");
    const own =
      domain === undefined ? [] : [{ name: `${label}.${projectDomainOf(project.name, stack, domain)}` }];
    return {
      ...{ service, site, label },
      names: [...(service.domains ?? []), ...own].filter(
        ({ name }, index, all) => all.findIndex((other) => other.name === name) === index,
      ),
      apis: service === main ? routes.filter(isBelowSite).sort(deepestFirst) : [],
    };
  });
}

/**
 * Whether a stack says that CloudFront answers for it. Where only sites are published, what comes later is behind it too.
 *
 * @param edge - what answers for the services
 */
export function isBehindCloudFront(
  { routes, sites }: { readonly routes: readonly PublicRoute[]; readonly sites: readonly PlacedSite[] },
  edge: Edge,
): boolean {
  if (routes.length === 0) return sites.length > 0 && edge === "cloudfront";
  return routes.some(({ at }) => "edge" in at);
}

/** CloudFront asks origins by HTTP/1.1, which carries neither HTTP/2 nor gRPC. */
function isBelowSite({ prefix, port }: PublicRoute): boolean {
  return prefix !== undefined && port.appProtocol !== "http2" && port.appProtocol !== "grpc";
}

function deepestFirst(a: PublicRoute, b: PublicRoute): number {
  const [one, other] = [a, b].map(({ prefix }) => prefix?.prefix ?? "");
  const depth = (path = ""): number => path.split("/").length;
  return depth(other) - depth(one) || ((one ?? "") < (other ?? "") ? -1 : 1);
}
