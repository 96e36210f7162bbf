/** Published ports, and how the load balancer knows their requests. */
import type { ContainerService, OwnDomain, PathPrefix, Port } from "../../model/project";

export interface PublishedPort {
  readonly service: ContainerService;
  readonly port: Port;
  /** `web`, or `web--3000` for every published port of a service after its first. */
  readonly name: string;
  /** What of its hosts' paths leads here: the service's own, on its first published port. @default all of them */
  readonly prefix?: PathPrefix;
  /** The service's own domains: those of its first published port. */
  readonly domains: readonly OwnDomain[];
}

export interface PlacedPort extends PublishedPort {
  readonly at: Place;
}

/**
 * How the load balancer knows a port's requests: by host name; by path, where there is no domain; or by the CloudFront
 * distribution that they come from (`edge` is its name, that of the port which has its root), and the path at it. One that
 * has names of the services asks by HTTPS (`https`); the host is `behind` one then.
 */
export type Place =
  | { readonly host: string; readonly behind?: boolean }
  | { readonly path: string }
  | { readonly edge: string; readonly path: string; readonly https?: boolean };

/** Whether the load balancer is asked for it by HTTPS. */
export function isSecure(at: Place): boolean {
  return "host" in at || ("edge" in at && at.https === true);
}
