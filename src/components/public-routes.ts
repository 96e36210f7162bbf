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
  refuse([...(domain === undefined ? httpsOnly(ports) : []), ...sameAddress(ports)]);
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

type PublishedPort = Pick<PublicRoute, "service" | "port" | "name">;

function publishedPorts(service: ContainerService): PublishedPort[] {
  const ports = service.ports.filter((port) => port.mode === "ingress");
  return ports.map((port, index) => ({
    service,
    port,
    name: hostLabel(service.name, index === 0 ? "" : `--${port.target}`),
  }));
}

/** A service's name as a host name has it: no underscores, and room for what follows. */
function hostLabel(service: string, suffix: string): string {
  const label = service.replaceAll("_", "-") + suffix;
  if (label.length <= nameLimits.dnsLabel) return label;
  return physicalName([service], nameLimits.dnsLabel - suffix.length) + suffix;
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

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new BerthError("project", problems);
}

/** Target groups of HTTP/2 and gRPC stand behind HTTPS only (ELB User Guide, Target groups, Protocol version). */
function httpsOnly(ports: readonly PublishedPort[]): readonly Problem[] {
  return ports
    .filter(({ port }) => port.appProtocol !== "http")
    .map(({ service, port }) => ({
      path: `${pathOf(service, port)}.app_protocol`,
      message: `${port.appProtocol} is published over HTTPS only, and there is no domain for a certificate`,
      hint: "set BERTH_DOMAIN, or take http",
    }));
}

/** `web--3000`, a service, and port 3000 of `web` would have one address. */
function sameAddress(ports: readonly PublishedPort[]): readonly Problem[] {
  return ports
    .filter(({ name }, index) => ports.findIndex((other) => other.name === name) < index)
    .map(({ service, port, name }) => ({
      path: pathOf(service, port),
      message: `the name ${name} is another published port's already`,
      hint: "publish each port once, and rename the service where the names meet",
    }));
}

function pathOf(service: ContainerService, port: Port): string {
  return `services.${service.name}.ports[${service.ports.indexOf(port)}]`;
}
