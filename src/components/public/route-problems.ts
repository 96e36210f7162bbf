/** What keeps ports from being published where they are placed. */
import type { Problem } from "../../errors";
import type { Edge } from "../../model/edge";
import type { ContainerService, Port } from "../../model/project";
import type { Place, PlacedPort } from "./places";

/**
 * Target groups of HTTP/2 and gRPC work behind HTTPS only, and one of HTTP/2 refuses HTTP/1.1 (ELB User Guide, Target groups,
 * Protocol version). CloudFront asks by HTTP/1.1, but for gRPC, which it carries by HTTP/2 and over HTTPS (CloudFront
 * Developer Guide, Using gRPC with CloudFront distributions).
 */
export function notSpoken(
  ports: readonly PlacedPort[],
  domain: string | undefined,
  edge: Edge,
): readonly Problem[] {
  return ports.flatMap(({ service, port }) => {
    const path = `${pathOf(service, port)}.app_protocol`;
    const asked = port.appProtocol;
    if (asked === "http2" && edge === "cloudfront")
      return {
        path,
        message: "CloudFront reaches the load balancer by HTTP/1.1, which doesn't carry http2",
        hint:
          domain === undefined
            ? "write x-berth: {edge: balancer} and set BERTH_DOMAIN, or use http"
            : "write x-berth: {edge: balancer}, or use http, or grpc where it is that",
      };
    if (domain !== undefined || (asked !== "http2" && asked !== "grpc")) return [];
    return {
      path,
      message: `${asked} is published over HTTPS only, and there is no domain for a certificate`,
      hint: "set BERTH_DOMAIN, or use http",
    };
  });
}

/** `web--3000`, a service, and port 3000 of `web` would have one address; so has a domain that Berth gives another. */
export function sameAddress(ports: readonly PlacedPort[]): readonly Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const placed of ports) {
    const prefix = placed.prefix?.prefix ?? "";
    const own = pathOf(placed.service, placed.port);
    const addresses = [
      { address: addressOf(placed.at, prefix), path: own },
      ...placed.domains.map(({ name, from }) => ({ address: name + prefix, path: from })),
    ];
    for (const { address, path } of addresses) {
      const owner = owners.get(address);
      if (owner === undefined) owners.set(address, path);
      else {
        problems.push({
          path,
          message: `the address ${address} is that of ${owner} already`,
          hint: "publish each port once, and give services names, domains and paths of their own",
        });
      }
    }
  }
  return problems;
}

/** What the address is called in a message. */
function addressOf(at: Place, prefix: string): string {
  if ("host" in at) return at.host + prefix;
  return "edge" in at ? `${at.path} of ${at.edge}'s distribution` : at.path;
}

function pathOf(service: ContainerService, port: Port): string {
  return `services.${service.name}.ports[${service.ports.indexOf(port)}]`;
}
