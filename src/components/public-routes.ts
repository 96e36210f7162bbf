/** Which ports of a project the internet reaches, and under what address: decided before the first resource. */
import { BerthError, type Problem } from "../errors";
import type { ContainerService, Port, Project } from "../project/model";
import { domainPrefix, nameLimits, physicalName } from "../project/naming";

/** One published port: a target group and a rule of the load balancer. */
export interface PublicRoute {
  readonly service: ContainerService;
  readonly port: Port;
  /** `web`, or `web--3000` for every published port of a service after its first. */
  readonly name: string;
  /** Where the load balancer finds it: by host name, or by path where there is no domain. */
  readonly at: { readonly host: string } | { readonly path: string };
  /** Of the listener's rule, 1 to 50000, lowest first; it stays when other routes come and go. */
  readonly priority: number;
}

/** The highest priority that a listener's rule takes: the last to be asked (Elastic Load Balancing API, CreateRule). */
const lastPriority = 50_000;
const firstPriority = 1_000;

/**
 * The published ports of a project.
 *
 * With a domain each has a host name, `<service>.<project>.<domain>`. Without one they share the load balancer's own
 * name: the service that publishes 80, else 443, else the lowest port, has `/`; the others `/<service>/`.
 *
 * @param domain - `example.com`
 * @throws BerthError (project): a protocol that the load balancer takes over HTTPS only, where there is no domain
 */
export function publicRoutes(
  project: Project,
  stack: string,
  domain: string | undefined,
): readonly PublicRoute[] {
  const ports = project.services.flatMap((service) =>
    service.kind === "container" ? publishedPorts(service) : [],
  );
  if (domain === undefined) refuseHttpsOnly(ports);
  const root = [...ports].sort(byRank)[0];
  const priorities = new Set<number>();
  return ports.map((published) => {
    const atRoot = domain === undefined && published === root;
    const priority = atRoot ? lastPriority : freePriority(published.name, priorities);
    const at =
      domain === undefined
        ? { path: atRoot ? "/" : `/${published.name}/` }
        : { host: `${published.name}.${domainPrefix(project.name, stack)}.${domain}` };
    return { ...published, at, priority };
  });
}

/** The route that the address of a service stands for: that of its first published port. */
export function mainRoute(
  routes: readonly PublicRoute[],
  service: ContainerService,
): PublicRoute | undefined {
  return routes.find((route) => route.service === service);
}

type PublishedPort = Pick<PublicRoute, "service" | "port" | "name">;

function publishedPorts(service: ContainerService): PublishedPort[] {
  const ports = service.ports.filter((port) => port.mode === "ingress");
  return ports.map((port, index) => {
    const suffix = index === 0 ? "" : `--${port.target}`;
    return {
      service,
      port,
      name: physicalName([service.name], nameLimits.dnsLabel - "--65535".length) + suffix,
    };
  });
}

/** By the port published, 80 and 443 before all others and none at all last; then by name. */
function byRank(a: PublishedPort, b: PublishedPort): number {
  const rank = ({ port }: PublishedPort): number => {
    if (port.published === 80) return -2;
    if (port.published === 443) return -1;
    return port.published ?? Number.MAX_SAFE_INTEGER;
  };
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

/** A number made from the route's name, so that a new route moves none of the others: AWS refuses two at one number. */
function freePriority(name: string, taken: Set<number>): number {
  const span = lastPriority - firstPriority;
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % span;
  while (taken.has(firstPriority + hash)) hash = (hash + 1) % span;
  taken.add(firstPriority + hash);
  return firstPriority + hash;
}

/** Target groups of HTTP/2 and gRPC stand behind HTTPS only (ELB User Guide, Target groups, Protocol version). */
function refuseHttpsOnly(ports: readonly PublishedPort[]): void {
  const problems = ports.flatMap(({ service, port }): Problem[] =>
    port.appProtocol === "http"
      ? []
      : [
          {
            path: `services.${service.name}.ports[${service.ports.indexOf(port)}].app_protocol`,
            message: `${port.appProtocol} is published over HTTPS only, and there is no domain for a certificate`,
            hint: "set BERTH_DOMAIN, or take http",
          },
        ],
  );
  if (problems.length > 0) throw new BerthError("project", problems);
}
