/** Ports of the network load balancer: each belongs to one service, and what is UDP is asked for its health over TCP. */
import type { ContainerService, Port, Service } from "../model/project";
import type { Report } from "./report";

interface Owner {
  readonly service: string;
  readonly port: Port;
}

/** Reports two services at one port, with the place of each, and UDP that nobody could ask for its health. */
export function judgeNetworkPorts(services: readonly Service[], report: Report): void {
  const owners = new Map<number, Owner[]>();
  for (const service of services) {
    if (service.kind !== "container") continue;
    for (const port of service.ports.filter(({ mode }) => mode === "network")) {
      const at = port.published ?? port.target;
      owners.set(at, [...(owners.get(at) ?? []), { service: service.name, port }]);
      judgeUdp(service, port, report);
    }
  }
  for (const [at, all] of owners) {
    if (sharesListener(all)) continue;
    for (const { service, port } of all) {
      const others = all
        .filter((other) => other.port !== port)
        .map((other) => other.port.from ?? other.service);
      report.problem(
        port.from ?? `services.${service}`,
        `port ${at} of the network load balancer is published by ${others.join(" and ")} too`,
        "publish one of them at another port: the project has one network load balancer",
      );
    }
  }
}

/** One port, or the same container port over TCP and over UDP: one listener carries both, without TLS. */
function sharesListener(all: readonly Owner[]): boolean {
  const [first, second, ...others] = all;
  if (first === undefined || second === undefined) return true;
  return (
    others.length === 0 &&
    first.service === second.service &&
    first.port.target === second.port.target &&
    all.every(({ port }) => port.appProtocol !== "tls")
  );
}

/** Elastic Load Balancing User Guide, Health checks for Network Load Balancer target groups: TCP, HTTP or HTTPS alone. */
function judgeUdp({ name, ports, healthcheck }: ContainerService, port: Port, report: Report): void {
  if (port.protocol !== "udp" || healthcheck?.port !== undefined) return;
  if (ports.some(({ protocol }) => protocol === "tcp")) return;
  report.problem(
    port.from ?? `services.${name}`,
    "AWS asks whether a target of UDP is healthy over TCP, and no TCP port of the service is known",
    `services.${name}.expose: a TCP port on which the program answers`,
  );
}
