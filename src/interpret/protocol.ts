/**
 * Which protocol a container's port speaks, so that nothing but HTTP is published by a load balancer for HTTP.
 *
 * The first that has an answer decides (docs/ports.md): `protocol: udp`; `app_protocol`; a health check that asks this
 * port by HTTP, or by gRPC's own program; what the stack publishes already, for a run succeeded only where it answered
 * HTTP; the table of known images; the table of ports; else HTTP.
 */
import { portNames, portRows, type ImagePorts } from "../images/known-ports";
import type { ImageName } from "../model/image-name";
import { httpTarget } from "./http-check";

export type Speech =
  /** `kept` is what the tables say of a port that the stack publishes over HTTP already. */
  | { readonly kind: "http"; readonly as: "http" | "http2" | "grpc" | "https"; readonly kept?: string }
  /** `name` is for people; `told` is whether the file itself says so. */
  | { readonly kind: "other"; readonly name: string; readonly told: boolean; readonly tls?: true };

export interface SpeechClues {
  readonly target: number;
  readonly protocol: "tcp" | "udp";
  /** Lower case; empty where the file has none. */
  readonly appProtocol: string;
  /** The command of the service's health check. @default it has none */
  readonly check?: readonly string[];
  readonly service: string;
  /** Whether the stack publishes it over HTTP already. */
  readonly published: boolean;
  /** @default nobody knows the image */
  readonly image?: ImageName;
}

const http = { kind: "http", as: "http" } as const;

/** Names that `app_protocol` may have for what the load balancer speaks to a container (Kubernetes' names besides). */
const spoken: Readonly<Record<string, "http" | "http2" | "grpc" | "https">> = {
  http: "http",
  http2: "http2",
  grpc: "grpc",
  https: "https",
  ws: "http",
  "kubernetes.io/h2c": "http2",
  "kubernetes.io/ws": "http",
};

export function speechOf(clues: SpeechClues): Speech {
  const { target, protocol, appProtocol, image, published } = clues;
  if (protocol === "udp") return { kind: "other", name: "UDP", told: true };
  if (appProtocol !== "") return byAppProtocol(appProtocol);
  const checked = byCheck(clues);
  if (checked !== undefined) return checked;
  const rows = image === undefined ? [] : portRows(image);
  const name =
    byImage(rows, target) ??
    (rows.some(({ http = [] }) => http.includes(target)) ? undefined : portNames[target]);
  if (name === undefined) return http;
  return published ? { ...http, kept: name } : { kind: "other", name, told: false };
}

function byAppProtocol(name: string): Speech {
  const as = spoken[name];
  if (as !== undefined) return { kind: "http", as };
  return { kind: "other", name, told: true, ...(name === "tls" ? { tls: true } : {}) };
}

/** A check by HTTP of this very port says that it speaks HTTP; grpc_health_probe says gRPC. */
function byCheck({ check, service, target }: SpeechClues): Speech | undefined {
  if (check === undefined) return undefined;
  const asked = httpTarget(check.slice(1), service);
  if (asked?.port === target) return http;
  const probed = /grpc[_-]health[_-]probe\b.*?-addr[= ]\s*\S*?:(\d+)/.exec(check.join(" "));
  return probed !== null && Number(probed[1]) === target
    ? { kind: "other", name: "gRPC", told: false }
    : undefined;
}

/** A row that names the port wins over one that names what all ports of the image speak. */
function byImage(rows: readonly ImagePorts[], target: number): string | undefined {
  const named = rows.map(({ other }) => other?.[target]).find((name) => name !== undefined);
  if (named !== undefined || rows.some(({ http = [] }) => http.includes(target))) return named;
  return rows.map(({ speaks }) => speaks).find((name) => name !== undefined);
}
