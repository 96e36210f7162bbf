/** Which ports of a project are published as TCP or UDP, and where: decided before the first resource. */
import { BerthError } from "../../errors";
import type { ContainerService, Port, Project } from "../../model/project";
import { projectDomainOf, shortHash } from "../../model/naming";
import { hostLabel } from "./routes";

/** One port of the network load balancer: a listener, and the target group that it leads to. */
export interface NetworkRoute {
  readonly service: ContainerService;
  /** `game--25565`, by the container's port. */
  readonly name: string;
  /** The container's port. */
  readonly target: number;
  /** The balancer's port. */
  readonly port: number;
  /** That of the listener by which its next target group belongs to the balancer; nobody is let in there. */
  readonly parkedPort: number;
  readonly protocol: "TCP" | "UDP" | "TCP_UDP" | "TLS";
  /** The TCP port by which the balancer asks whether the container answers: UDP has no answer of its own. */
  readonly checked: number;
  /** `game--25565.project.example.com`. @default the load balancer's own name */
  readonly host?: string;
}

type UnparkedRoute = Omit<NetworkRoute, "parkedPort">;

/** The highest 4,000 ports, which hardly anything is published at. */
const [firstParked, parkedPorts] = [61_536, 4_000] as const;

/**
 * The ports that `x-public` publishes.
 *
 * @throws BerthError (project) where TLS has no domain to have a certificate for
 */
export function networkRoutes(
  project: Project,
  stack: string,
  domain: string | undefined,
): readonly NetworkRoute[] {
  const routes = withParkedPorts(
    project.services.flatMap((service) => (service.kind === "container" ? routesOf(service) : [])),
  );
  if (domain !== undefined) {
    const base = projectDomainOf(project.name, stack, domain);
    return routes.map((route) => ({ ...route, host: `${route.name}.${base}` }));
  }
  const bare = routes.filter(({ protocol }) => protocol === "TLS");
  if (bare.length > 0) {
    throw new BerthError(
      "project",
      bare.map(({ service, target }) => ({
        path:
          service.ports.find((port) => port.target === target && port.mode === "network")?.from ??
          service.name,
        message: "TLS ends at the load balancer with a certificate, and there is no domain to have one for",
        hint: "set BERTH_DOMAIN, or write app_protocol: tcp, which passes the container's own TLS through",
      })),
    );
  }
  return routes;
}

/** From the route's name, so that none moves where another one comes or goes. */
function withParkedPorts(routes: readonly UnparkedRoute[]): readonly NetworkRoute[] {
  const taken = new Set(routes.map(({ port }) => port));
  const parked = new Map<string, number>();
  for (const { name } of [...routes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    let port = firstParked + (Number.parseInt(shortHash([name]), 16) % parkedPorts);
    while (taken.has(port)) port = firstParked + ((port + 1 - firstParked) % parkedPorts);
    taken.add(port);
    parked.set(name, port);
  }
  return routes.map((route) => ({ ...route, parkedPort: parked.get(route.name) ?? firstParked }));
}

function routesOf(service: ContainerService): readonly UnparkedRoute[] {
  const ports = service.ports.filter(({ mode }) => mode === "network");
  const targets = [...new Set(ports.map(({ target }) => target))];
  return targets.flatMap((target): UnparkedRoute[] => {
    const own = ports.filter((port) => port.target === target);
    const [first] = own;
    if (first === undefined) return [];
    const route = {
      service,
      name: hostLabel(service.name, `--${target}`),
      target,
      port: balancerPort(first),
      checked: checkedPort(service, target, own),
    };
    // What is published at one port over both needs one listener for both; apart, each has its own.
    if (own.length === 1 || own.every((port) => balancerPort(port) === route.port))
      return [{ ...route, protocol: protocolOf(own) }];
    return own.map((port) => ({
      ...route,
      name: hostLabel(service.name, `--${target}-${port.protocol}`),
      port: balancerPort(port),
      protocol: protocolOf([port]),
    }));
  });
}

/** The port of the network load balancer that a port is published at. */
export function balancerPort({ published, target }: Port): number {
  return published ?? target;
}

function protocolOf(ports: readonly Port[]): NetworkRoute["protocol"] {
  if (ports.length > 1) return "TCP_UDP";
  const [only] = ports;
  if (only?.protocol === "udp") return "UDP";
  return only?.appProtocol === "tls" ? "TLS" : "TCP";
}

/** The port itself over TCP, else that of the service's health check, else another TCP port. */
function checkedPort({ ports, healthcheck }: ContainerService, target: number, own: readonly Port[]): number {
  if (own.some(({ protocol }) => protocol === "tcp")) return target;
  return healthcheck?.port ?? ports.find(({ protocol }) => protocol === "tcp")?.target ?? target;
}
