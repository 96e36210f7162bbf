/** How the internet reaches a service besides its ports: domains of its own, a path, sticky sessions. */
import { domainToASCII } from "node:url";
import { definedOnly } from "../defined";
import { nearest } from "../nearest";
import { roleArn, roleArnHint } from "../model/zone-role";
import type { ContainerService, OwnDomain, PathPrefix, Port, Service } from "../model/project";
import { isRecord, type Node } from "./node";
import type { Report } from "./report";

/** What a certificate can be issued for: at least two labels, none with an underscore, the last one with a letter. */
const publicName =
  /^(?=.*\.)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}$/;

/** Last labels that no public zone has (RFC 6761, RFC 8375, and ICANN's reservation of .internal in 2024). */
const notPublic =
  /\.(internal|local|localhost|localdomain|lan|home|corp|private|test|invalid|onion|home\.arpa)$/;

/** A listener's rule takes no longer host (ELB API, HostHeaderConditionConfig); a certificate's name has 253 at most. */
const longestDomain = 128;

const zoneId = /^Z[A-Z0-9]{1,31}$/;

/**
 * What a listener's rule takes (Elastic Load Balancing User Guide, Path conditions), without its wildcards; as many
 * segments as the priorities of rules distinguish.
 */
const pathPattern = /^(\/[A-Za-z0-9_.$~@:+-]+){1,8}$/;
/** 128 characters with the wildcard that follows. */
const longestPath = 126;

/** Seconds: Elastic Load Balancing User Guide, Sticky sessions: 1 second to 7 days, 1 day by default. */
const stickiness = { least: 1, most: 7 * 86_400, usual: 86_400 };

type PublicSettings = Pick<ContainerService, "domains" | "path" | "root" | "stickiness">;

/** Domains, path and stickiness of a service; what needs a published port and has none is a problem. */
export function readPublic(service: Node, ports: readonly Port[]): PublicSettings {
  const published = ports.some(({ mode }) => mode === "ingress");
  const domains = readDomains(service, published);
  if (!published) {
    for (const key of ["x-domains", "x-path", "x-sticky"]) {
      const node = service.get(key);
      if (asks(node.value))
        node.problem(
          ports.some(({ guessed }) => guessed !== undefined)
            ? "none of the service's ports is known to speak HTTP"
            : "the service publishes no port over HTTP",
          "list the port that it listens on under ports, with app_protocol: http where it is not known",
        );
    }
    return {};
  }
  return definedOnly({
    domains: domains.length === 0 ? undefined : domains,
    path: readPath(service.get("x-path")),
    root: asksForRoot(service.get("x-path")) ? true : undefined,
    stickiness: readStickiness(service.get("x-sticky"), ports),
  });
}

function asks(value: unknown): boolean {
  return ![undefined, null, false, "false", ""].includes(value as string);
}

/** `x-domains`, `domainname` (the published dialect's key), then network aliases that are public names; each once. */
function readDomains(service: Node, published: boolean): readonly OwnDomain[] {
  const own = service.get("x-domains");
  const listed = Array.isArray(own.value) ? own.items() : [own];
  const found = listed.flatMap((node) => readDomain(node) ?? []);
  found.push(...readDomainname(service.get("domainname"), published));
  for (const [, network] of published ? service.get("networks").entries() : []) {
    if (!isRecord(network.value)) continue;
    for (const alias of network.get("aliases").items()) {
      const name = spelled(alias.text() ?? "");
      if (isPublic(name)) found.push({ name, from: alias.path });
    }
  }
  return found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index);
}

/** A name, or a map of name and zone; an empty one, as of a variable that is set nowhere, asks for nothing. */
function readDomain(node: Node): OwnDomain | undefined {
  if (!asks(node.value)) return undefined;
  const map = isRecord(node.value);
  const written = map ? node.get("name") : node;
  if (map && !written.present) node.problem("the domain has no name", "name: www.example.com");
  const name = spelled(written.text() ?? "");
  if (name === "") return undefined;
  if (!isPublic(name)) {
    written.problem(
      `${JSON.stringify(name)} is no public domain that a certificate can be issued for`,
      `for example www.example.com, at most ${longestDomain} characters`,
    );
    return undefined;
  }
  const zone = map ? node.get("zone").text() : undefined;
  if (zone !== undefined && zone !== "" && !zoneId.test(zone)) {
    node
      .get("zone")
      .problem(`${JSON.stringify(zone)} is no id of a hosted zone`, "for example Z0123456789ABC");
  }
  const redirect = map ? readRedirect(node.get("redirect"), name) : undefined;
  return {
    name,
    from: written.path,
    ...(zone === undefined || zone === "" ? {} : { zoneId: zone }),
    ...definedOnly({ zoneRole: map ? readZoneRole(node.get("zone-role")) : undefined, redirect }),
  };
}

/** The role of another account that changes the records of the zone. */
function readZoneRole(node: Node): string | undefined {
  if (!asks(node.value)) return undefined;
  const arn = node.text() ?? "";
  if (arn === "") return undefined;
  if (!roleArn.test(arn)) node.problem(`${JSON.stringify(arn)} is no ARN of a role`, roleArnHint);
  return arn;
}

/** Another name, of this project or not: `www.example.com` to `example.com`. */
function readRedirect(node: Node, name: string): string | undefined {
  if (!asks(node.value)) return undefined;
  const to = spelled(node.text() ?? "");
  if (to === "") return undefined;
  if (!isPublic(to) || to.startsWith("*."))
    node.problem(`${JSON.stringify(to)} is no host name to redirect to`, "a name alone, such as example.com");
  else if (to === name) node.problem(`${name} would redirect to itself`, "name another host");
  return to;
}

function readDomainname(node: Node, published: boolean): OwnDomain[] {
  if (!asks(node.value)) return [];
  const name = spelled(node.text() ?? "");
  if (published && isPublic(name)) return [{ name, from: node.path }];
  node.warn("the project has its own private domain");
  return [];
}

/** As DNS has it: in lower case, and what is beyond ASCII as punycode (RFC 5891): `bücher.example` is `xn--bcher-kva.example`. */
function spelled(name: string): string {
  const plain = name.trim().toLowerCase().replace(/\.$/, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  const [, wildcard = "", rest = ""] = /^(\*\.)?(.*)$/.exec(plain) ?? [];
  const ascii = domainToASCII(rest);
  return ascii === "" ? plain : wildcard + ascii;
}

function isPublic(name: string): boolean {
  return name.length <= longestDomain && publicName.test(name) && !notPublic.test(name);
}

function readPath(node: Node): PathPrefix | undefined {
  if (!asks(node.value)) return undefined;
  const map = isRecord(node.value);
  const written = map ? node.get("prefix") : node;
  if (map && !written.present) node.problem("the path has no prefix", "prefix: /api");
  const prefix = (written.text() ?? "").replace(/\/+$/, "");
  const strip = map && node.get("strip").boolean() === true;
  if (prefix === "") {
    if (strip) node.get("strip").problem("the whole host has no path to take off", "name a prefix: /api");
    return undefined;
  }
  if (!pathPattern.test(prefix) || prefix.length > longestPath) {
    written.problem(
      `${JSON.stringify(prefix)} is no path that the load balancer accepts`,
      `for example /api: letters, digits and _.$~@:+- between slashes, at most ${longestPath} characters`,
    );
  }
  return { prefix, strip };
}

/** `x-path: /` */
function asksForRoot({ value }: Node): boolean {
  const prefix = isRecord(value) ? value["prefix"] : value;
  return typeof prefix === "string" && /^\/+$/.test(prefix);
}

function readStickiness(node: Node, ports: readonly Port[]): number | undefined {
  if (!asks(node.value)) return undefined;
  if (ports.every(({ mode, appProtocol }) => mode !== "ingress" || appProtocol === "grpc"))
    node.warn("gRPC clients keep no cookies: any task answers");
  if (node.value === true || node.value === "true") return stickiness.usual;
  const seconds = node.seconds();
  if (seconds === undefined) return undefined;
  if (Number.isInteger(seconds) && seconds >= stickiness.least && seconds <= stickiness.most) return seconds;
  node.problem(`${seconds} s is out of range`, "true, or whole seconds to 7 days: 1h, 168h");
  return undefined;
}

/** Two services can't answer at one address: the same domain, with the same path. */
export function judgeDomains(services: readonly Service[], report: Report): void {
  const owners = new Map<string, { readonly service: string; readonly from: string }>();
  judgeRedirects(services, report);
  for (const service of services) {
    if (service.kind !== "container") continue;
    for (const { name, from, redirect } of service.domains ?? []) {
      const address = redirect === undefined ? `${name}${service.path?.prefix ?? ""}` : name;
      const owner = owners.get(address);
      if (owner === undefined) owners.set(address, { service: service.name, from });
      else {
        report.problem(
          from,
          `${address} is an address of service ${owner.service} already (${owner.from})`,
          "give each service domains of its own, or a path: x-path: /api",
        );
      }
    }
  }
}

/** Redirects from one to the next: at best a detour, and at worst one without an end. */
function judgeRedirects(services: readonly Service[], report: Report): void {
  const all = services.flatMap((service) => (service.kind === "container" ? (service.domains ?? []) : []));
  const byName = new Map(all.map((domain) => [domain.name, domain]));
  for (const { name, from, redirect } of all) {
    if (redirect === undefined || redirect === name) continue;
    const path = from.replace(/\.name$/, ".redirect");
    const next = byName.get(redirect);
    if (next?.redirect !== undefined)
      report.problem(
        path,
        `${name} redirects to ${redirect}, which redirects to ${next.redirect} itself`,
        next.redirect === name ? "let one of the two answer" : `redirect: ${next.redirect}`,
      );
    else if (next === undefined && name.startsWith("*.") && redirect.endsWith(name.slice(1)))
      report.problem(
        path,
        `${name} redirects to ${redirect}, which is one of its own names`,
        `list ${redirect} under x-domains too`,
      );
    else if (next === undefined) judgeTarget(path, redirect, all, report);
  }
}

/** Any host may be meant; a domain that is nearly one of the project's rarely is. */
function judgeTarget(path: string, redirect: string, all: readonly OwnDomain[], report: Report): void {
  const registered = (name: string): string => name.split(".").slice(-2).join(".");
  const known = all.map(({ name }) => registered(name));
  const meant = known.includes(registered(redirect)) ? undefined : nearest(registered(redirect), known);
  if (meant !== undefined)
    report.warn(path, `no service of the project answers ${redirect}; did you mean ${meant}?`);
}
