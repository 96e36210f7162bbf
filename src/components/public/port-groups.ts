/** What a published port has at the load balancer, its target groups and its rules: known before the first resource. Pure. */
import type { ContainerService, Port } from "../../model/project";
import {
  domainRuleNames,
  noBalancing,
  parkedName,
  type NamedRule,
  type DeployedBalancing,
} from "../../model/deployed-balancing";
import type { Scope } from "../stack/scope";
import { isSecure } from "./places";
import { type PublicRoute, type RoutedDomain } from "./routes";
import { joinedHosts } from "./shiftable";
import {
  deployedAlternate,
  placeAlternate,
  placeGroup,
  waitsForTasks,
  type GroupPlace,
} from "./target-group";

/** What the load balancer speaks to a container; it takes any certificate of one that speaks TLS (ELB User Guide). */
const spoken = {
  http: { protocol: "HTTP", version: "HTTP1" },
  https: { protocol: "HTTPS", version: "HTTP1" },
  http2: { protocol: "HTTP", version: "HTTP2" },
  grpc: { protocol: "HTTP", version: "GRPC" },
} as const;

export interface GroupInputs {
  readonly protocol: string;
  readonly protocolVersion: string;
  readonly healthCheck: ReturnType<typeof healthCheck>;
}

export interface PlacedGroups {
  readonly inputs: GroupInputs;
  readonly first: GroupPlace;
  /** Of a pair, between which ECS moves the requests. @default there is one alone */
  readonly alternate?: GroupPlace;
  /** Whether it is the alternate one that the service names as its own. */
  readonly swapped: boolean;
  /** Whether the rules wait for the tasks, which are checked by a rule of their own meanwhile. */
  readonly waits: boolean;
}

interface PortAtBalancer {
  readonly scope: Scope;
  readonly route: PublicRoute;
  /** @default the stack is new */
  readonly balancing?: DeployedBalancing;
  /** Whether ECS moves the requests between two target groups itself. @default both revisions are in one */
  readonly shifted?: boolean;
}

/** The target groups of a port. */
export function placeGroups({ scope, route, balancing, shifted }: PortAtBalancer): PlacedGroups {
  const { service, port, name, taken } = route;
  const { protocol, version: protocolVersion } = spokenTo(port);
  const inputs = { protocol, protocolVersion, healthCheck: healthCheck(service, port) };
  const firstName = [String(port.target), protocolVersion, ...(protocol === "HTTP" ? [] : [protocol])];
  const wanted = { scope, service: service.name, route: name, port: port.target, firstName, inputs, taken };
  const first = placeGroup({ ...wanted, balancing });
  const waits = waitsForTasks(name, first.logicalName, balancing, shifted);
  const pairs = shifted === true && !waits;
  if (!pairs && deployedAlternate(name, first, balancing) === undefined)
    return { inputs, first, swapped: false, waits };
  return { inputs, first, ...placeAlternate({ ...wanted, balancing }, first), waits };
}

/** The hosts of the one rule that ECS moves; `undefined` where each name has a rule of its own. */
export function movedHosts(
  route: PublicRoute,
  { alternate }: { readonly alternate?: unknown },
  secured: ReadonlySet<string>,
): readonly string[] | undefined {
  return alternate === undefined ? undefined : joinedHosts(route, secured);
}

/** The own domains whose requests reach the port by a rule of their own. @param moved - as {@link movedHosts} gives it */
export function domainsApart(
  { domains, port }: PublicRoute,
  moved: readonly string[] = [],
  secured: ReadonlySet<string>,
): readonly RoutedDomain[] {
  // HTTP/2 and gRPC work behind HTTPS only: such a port waits until its domain has a certificate.
  const takes = (name: string): boolean => secured.has(name) || spokenTo(port).version === "HTTP1";
  return domains.filter(
    ({ name, redirect }) => redirect === undefined && !moved.includes(name) && takes(name),
  );
}

/** The logical name of the rule of an own domain: the one that it has, else one that no other port's rule has. */
export function domainRule(
  { name: route, taken }: Pick<PublicRoute, "name" | "taken">,
  domain: string,
  { rules }: DeployedBalancing = noBalancing,
): string {
  const [usual, apart] = domainRuleNames(route, domain);
  const deployed = rules.find((rule) => rule.route === route && [usual, apart].includes(rule.name));
  if (deployed !== undefined) return deployed.name;
  return taken.has(usual) || rules.some(({ name }) => name === usual) ? apart : usual;
}

/** Every rule that a run declares for a port, that of its next tasks among them. */
export function rulesOf(
  args: PortAtBalancer & { readonly secured: ReadonlySet<string> },
): readonly NamedRule[] {
  const { route, secured } = args;
  const groups = placeGroups(args);
  const https = isSecure(route.at);
  const redirects = route.domains.filter(({ redirect }) => redirect !== undefined);
  const apart = domainsApart(route, movedHosts(route, groups, secured), secured);
  return [
    { name: route.name, route: route.name, https },
    ...[...apart, ...redirects].map(({ name }) => ({
      name: domainRule(route, name, args.balancing),
      route: route.name,
      https: secured.has(name),
    })),
    ...(groups.waits ? [{ name: parkedName(route.name), route: route.name, https }] : []),
  ];
}

/**
 * The load balancer's check from the lines of the container's, within what it takes (Elastic Load Balancing API,
 * CreateTargetGroup). Where the file names no path, an answer is enough: Compose asks for no more.
 */
export function healthCheck(
  { healthcheck }: ContainerService,
  port: Port,
): {
  path: string;
  port: string;
  protocol: string;
  matcher: string;
  interval: number;
  timeout: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
} {
  const interval = clamp(healthcheck?.interval ?? 15, 5, 300);
  const known = healthcheck?.path !== undefined;
  const grpc = port.appProtocol === "grpc";
  return {
    path: healthcheck?.path ?? (grpc ? "/AWS.ALB/healthcheck" : "/"),
    // Each task is asked at the port that it is registered with, so that old and new ones can be in one group.
    port: (healthcheck?.port ?? port.target) === port.target ? "traffic-port" : String(healthcheck?.port),
    protocol: spokenTo(port).protocol,
    matcher: grpc ? "0-99" : known ? "200-399" : "200-499",
    interval,
    timeout: Math.min(clamp(healthcheck?.timeout ?? 5, 2, 120), interval - 1),
    healthyThreshold: 2,
    unhealthyThreshold: clamp(healthcheck?.retries ?? 3, 2, 10),
  };
}

function spokenTo({ appProtocol }: Port): (typeof spoken)[keyof typeof spoken] {
  return appProtocol === "tcp" || appProtocol === "tls" ? spoken.http : spoken[appProtocol];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
