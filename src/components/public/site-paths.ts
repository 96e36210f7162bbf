/** Paths of other services below a static site: origins and behaviors of its distribution that lead to the load balancer. */
import { methods, originSeconds, type Edge } from "./edge";
import type { LoadBalancer } from "./load-balancer";
import type { PublicRoute } from "./routes";
import type { PlacedSite } from "./sites";

/** CloudFront's own policies (Developer Guide, Use managed … policies). */
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc";
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

interface Way {
  readonly loadBalancer?: LoadBalancer;
  readonly edge?: Edge;
}

/** Behind CloudFront, and with the load balancer's own name, one origin serves every path; with a domain each has its host. */
export function apiOrigins({ apis, label }: PlacedSite, { loadBalancer, edge }: Way) {
  if (loadBalancer === undefined) return [];
  const byId = new Map(apis.map((route) => [originId(route), route]));
  return [...byId].map(([id, { at }]) => {
    const hosted = "host" in at;
    return {
      originId: id,
      domainName: hosted ? at.host : loadBalancer.dnsName,
      ...("edge" in at && edge !== undefined ? { customHeaders: [...edge.originHeaders(label)] } : {}),
      customOriginConfig: {
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: hosted ? "https-only" : "http-only",
        originSslProtocols: ["TLSv1.2"],
        originReadTimeout: originSeconds,
        originKeepaliveTimeout: originSeconds,
      },
    };
  });
}

/** The answers are the service's own: nothing of them is kept. */
export function apiBehaviors({ apis }: PlacedSite) {
  return apis.flatMap((route) => {
    const path = route.prefix?.prefix ?? "";
    return [path, `${path}/*`].map((pathPattern) => ({
      pathPattern,
      targetOriginId: originId(route),
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: methods,
      cachedMethods: ["GET", "HEAD"],
      compress: false,
      cachePolicyId: cachingDisabled,
      // The rule of a host name wants that host; behind CloudFront the service sees the site's.
      originRequestPolicyId: "edge" in route.at ? allViewerAndCloudFront : allViewerExceptHost,
    }));
  });
}

function originId({ at, name }: PublicRoute): string {
  return "host" in at ? `service-${name}` : "load-balancer";
}

/** The names of a project's sites that its load balancer is not to answer for. */
export function namesOf(sites: readonly PlacedSite[]): ReadonlySet<string> {
  return new Set(sites.flatMap(({ names }) => names.map(({ name }) => name)));
}
