/** What a stack's outputs say of its services: what is decided by tables stays as it is where a service runs already. */

import { isRecord } from "../defined";
import type { Edge } from "./edge";
import type { ImageCache } from "./image-name";
import { strategies, type Strategy } from "./strategy";

/** A service of the stack as its last successful run left it. */
export interface DeployedService {
  /** Container ports that the load balancer for HTTP publishes. */
  readonly published: (ports: readonly number[]) => ReadonlySet<number>;
  /** Whether that run gave it what its image asks for: size, health check, the content of volumes. */
  readonly imageDefaults: boolean;
  /** Whether ECS kept it running: it was no one-off task, and had no schedule. */
  readonly runs: boolean;
}

/** By service; a service that is not there is new. */
export type DeployedServices = ReadonlyMap<string, DeployedService>;

/**
 * The services of a stack.
 *
 * @param outputs - of its last successful run; `undefined` where there was none
 */
export function deployedServicesOf(outputs: Readonly<Record<string, unknown>> | undefined): DeployedServices {
  const services = outputs?.["services"];
  if (!isRecord(services)) return new Map();
  return new Map(
    Object.entries(services).flatMap(([name, service]) => {
      if (!isRecord(service)) return [];
      const { kind, ports, urls, imageDefaults } = service;
      const published = Array.isArray(ports)
        ? () => new Set(ports.filter((port) => typeof port === "number"))
        : (all: readonly number[]) => publishedByUrls(all, Array.isArray(urls) ? urls.map(String) : []);
      return [
        [name, { published, imageDefaults: imageDefaults === true, runs: kind === "container" }] as const,
      ];
    }),
  );
}

/**
 * The service that answers at `/` of the load balancer's own name, or of the distribution that others have a path of; a
 * host name's URL is HTTPS.
 *
 * @returns `undefined` where the stack has a domain, or does not exist
 */
export function deployedRoot(outputs: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const endpoints = outputs?.["endpoints"];
  if (!isRecord(endpoints)) return undefined;
  const found = Object.entries(endpoints).find(
    ([, url]) => typeof url === "string" && /^http:\/\/[^/]+\/$/.test(url),
  );
  return found?.[0] ?? rootOfEdge(cloudFrontAddresses(outputs));
}

/** The static sites of a stack, with what holds and what serves their files. */
export function deployedSites(
  outputs: Readonly<Record<string, unknown>> | undefined,
): readonly DeployedSite[] {
  const services = outputs?.["services"];
  if (!isRecord(services)) return [];
  return Object.entries(services).flatMap(([service, given]) => {
    if (!isRecord(given) || given["kind"] !== "static") return [];
    const { bucket, distribution, version, urls } = given;
    const [url] = Array.isArray(urls) ? urls.map(String) : [];
    if (typeof bucket !== "string" || typeof distribution !== "string") return [];
    return [{ service, bucket, distributionId: distribution, version: String(version), url: url ?? "" }];
  });
}

export interface DeployedSite {
  readonly service: string;
  readonly bucket: string;
  readonly distributionId: string;
  /** What the last deployment has published. */
  readonly version: string;
  readonly url: string;
}

function rootOfEdge(addresses: ReturnType<typeof cloudFrontAddresses>): string | undefined {
  return addresses.find(({ url }) => addresses.some((other) => other.url.startsWith(`${url}/`)))?.service;
}

/**
 * What answers the internet.
 *
 * @returns `undefined` where there is no stack
 */
export function deployedEdge(outputs: Readonly<Record<string, unknown>> | undefined): Edge | undefined {
  if (!isRecord(outputs?.["services"])) return undefined;
  return outputs["edge"] === "cloudfront" ? "cloudfront" : "balancer";
}

/** Whether CloudFront answers for the services under names of their own. */
export function hasNamedEdge(outputs: Readonly<Record<string, unknown>> | undefined): boolean {
  return deployedEdge(outputs) === "cloudfront" && outputs?.["edgeDomains"] === true;
}

/** Whether a service has an address of its own name: neither the load balancer's nor CloudFront's. */
export function hasOwnNames(outputs: Readonly<Record<string, unknown>> | undefined): boolean {
  const endpoints = outputs?.["endpoints"];
  return (
    isRecord(endpoints) &&
    Object.values(endpoints).some(
      (url) => typeof url === "string" && /^https:\/\/(?![^/]+\.cloudfront\.net(\/|$))/.test(url),
    )
  );
}

/**
 * What the stack's settings say of deployments, of those whose default came later than some stacks.
 *
 * @returns `undefined` where there is no stack
 */
export function deployedRollout(
  outputs: Readonly<Record<string, unknown>> | undefined,
): { readonly rollout: Strategy; readonly unhealthyAlarm: boolean } | undefined {
  if (!isRecord(outputs?.["services"])) return undefined;
  const rollout = strategies.find((strategy) => strategy === outputs["rollout"]) ?? "rolling";
  return { rollout, unhealthyAlarm: outputs["unhealthyAlarm"] === true };
}

/**
 * Which images of Docker Hub come through the account's cache: a stack from before services had one goes on without.
 *
 * @returns `undefined` where there is no stack
 */
export function deployedImageCache(
  outputs: Readonly<Record<string, unknown>> | undefined,
): ImageCache | undefined {
  if (!isRecord(outputs?.["services"])) return undefined;
  return outputs["imageCache"] === "all" ? "all" : "builds";
}

/** The addresses that CloudFront's distributions of the stack have, with their services. */
export function cloudFrontAddresses(
  outputs: Readonly<Record<string, unknown>> | undefined,
): readonly { readonly service: string; readonly url: string }[] {
  const endpoints = outputs?.["endpoints"];
  if (!isRecord(endpoints)) return [];
  return Object.entries(endpoints).flatMap(([service, url]) =>
    typeof url === "string" && /^https:\/\/[^/]+\.cloudfront\.net(\/|$)/.test(url) ? [{ service, url }] : [],
  );
}

/**
 * The zones of the stack's own network, in which it stays.
 *
 * @returns none where an earlier version made the stack, `undefined` where there is no stack
 */
export function deployedZones(
  outputs: Readonly<Record<string, unknown>> | undefined,
): readonly string[] | undefined {
  if (!isRecord(outputs?.["services"])) return undefined;
  const zones = outputs["zones"];
  return Array.isArray(zones) ? zones.map(String) : [];
}

/**
 * Outputs of before 2026-12 name no ports. Every published port was HTTP then, the first one without its number in its
 * address, every other one as `web--3000`; a run succeeded only where each of them answered HTTP.
 *
 * @param all - the ports that the file publishes, in its order
 */
function publishedByUrls(all: readonly number[], urls: readonly string[]): ReadonlySet<number> {
  if (urls.length !== all.length) return new Set();
  const [, ...others] = all;
  const named = others.every((port) => urls.some((url) => new RegExp(`--${port}[./]`).test(url)));
  return new Set(named ? all : []);
}
