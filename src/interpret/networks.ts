/** Names that resolve, and the networks of a project. */
import type { ContainerService, Service } from "../model/project";
import { mostGroups, networkGroups } from "../model/networks";
import { isRecord, type Node } from "./node";

/** A name that DNS carries, with the underscore that Compose allows. */
const hostName = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/;

/** The other names of every service: network aliases, container and host names, aliases of links; sorted. */
export function readAliases(services: Node): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Map<string, Node>>(
    services.entries().map(([name]) => [name, new Map<string, Node>()]),
  );
  const add = (service: string, node: Node, text: string | undefined) => {
    const alias = text?.toLowerCase() ?? "";
    if (alias === "" || alias === service.toLowerCase()) return;
    if (hostName.test(alias)) names.get(service)?.set(alias, node);
    else
      node.problem(
        `${JSON.stringify(text)} is no host name`,
        "letters, digits, - and ., at most 253 characters",
      );
  };
  for (const [name, service] of services.entries()) {
    for (const [, network] of service.get("networks").entries()) {
      if (isRecord(network.value)) {
        for (const alias of network.get("aliases").items()) add(name, alias, alias.text());
      }
    }
    for (const key of ["container_name", "hostname"]) add(name, service.get(key), service.get(key).text());
    for (const link of readLinks(service)) {
      if (link.alias !== undefined && names.has(link.service)) add(link.service, link.node, link.alias);
    }
  }
  reportShared(names);
  return new Map([...names].map(([name, aliases]) => [name, [...aliases.keys()].sort()]));
}

/** One name can't mean two services: the private zone has one record for it. */
function reportShared(names: ReadonlyMap<string, ReadonlyMap<string, Node>>): void {
  const owners = new Map([...names.keys()].map((name) => [name.toLowerCase(), name]));
  for (const [service, aliases] of names) {
    for (const [alias, node] of aliases) {
      const owner = owners.get(alias);
      if (owner === undefined) owners.set(alias, service);
      else if (owner !== service) {
        node.problem(`${alias} is a name of service ${owner} already`, "give each service names of its own");
      }
    }
  }
}

interface Link {
  readonly node: Node;
  readonly service: string;
  readonly alias?: string;
}

/** `links`: `service` or `service:alias`. */
export function readLinks(service: Node): readonly Link[] {
  return service
    .get("links")
    .items()
    .flatMap((node) => {
      const [target = "", alias] = node.text()?.split(":") ?? [];
      return target === "" ? [] : [{ node, service: target, ...(alias === undefined ? {} : { alias }) }];
    });
}

/** Networks of a kind that Berth can't give. */
export function judgeNetworks(root: Node): void {
  const networks = root.get("networks");
  for (const [, network] of networks.entries()) {
    if (!isRecord(network.value)) continue;
    const driver = network.get("driver").text() ?? "";
    if (!["", "bridge", "default", "overlay"].includes(driver)) {
      network.get("driver").warn("a network is a security group in the project's VPC");
    }
    const external = network.get("external");
    if (external.value === true || isRecord(external.value)) {
      external.warn(
        "a network of the project's own is used instead: its services reach each other, and those of another project by their URL alone",
      );
    }
    const internal = network.get("internal");
    if (internal.boolean() === true) {
      internal.warn(
        "services of this network can reach the internet, by which tasks get their images and send their logs; from there only published ports are reached",
      );
    }
  }
}

/** Docker's own network, which services with `network_mode: bridge` share; no name that a file can give. */
const dockersOwn = "network_mode=bridge";

/** The networks of every service, by their keys; two keys of one name are one network. */
export function readNetworks(root: Node): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string>();
  const keyOf = (key: string): string => {
    const name = root.get("networks").get(key).get("name").rawText() ?? key;
    const known = keys.get(name) ?? key;
    keys.set(name, known);
    return known;
  };
  return new Map(
    root
      .get("services")
      .entries()
      .map(([name, service]) => {
        const joined = service.get("networks").entries();
        if (joined.length > 0) return [name, [...new Set(joined.map(([key]) => keyOf(key)))]];
        return [name, [service.get("network_mode").value === "bridge" ? dockersOwn : "default"]];
      }),
  );
}

/**
 * The services with the networks by which they reach each other, and with those managed ones alone which they share a
 * network with.
 */
export function withNetworks(services: readonly Service[], root: Node): readonly Service[] {
  const networks = readNetworks(root);
  const of = (name: string): readonly string[] => networks.get(name) ?? [];
  const apart = services.map((service) => {
    if (service.kind !== "container") return service;
    const node = root.get("services").get(service.name).get("networks");
    const uses = service.uses.filter((store) => {
      const meets = of(store).some((name) => of(service.name).includes(name));
      if (!meets) node.warn(`it shares no network with ${store}, which it names: it does not reach it`);
      return meets;
    });
    return { ...service, uses };
  });
  const members = apart.flatMap((service) =>
    service.kind === "container"
      ? [{ name: service.name, networks: of(service.name), others: otherGroups(service) }]
      : [],
  );
  const groups = networkGroups(members);
  if (groups === undefined) return apart;
  for (const { name, others } of members) {
    const count = others + (groups.get(name)?.length ?? 0);
    if (count > mostGroups)
      root
        .get("services")
        .get(name)
        .get("networks")
        .refuse(
          `${count} security groups, one for each network, database and cache, one for volumes and the project's own: a task accepts ${mostGroups}`,
          "put the service into fewer networks, or name fewer databases and caches",
        );
  }
  return apart.map((service) =>
    service.kind === "container" ? { ...service, networks: groups.get(service.name) ?? [] } : service,
  );
}

/** The project's, one for each database or cache, one for volumes. */
function otherGroups({ uses, volumes }: ContainerService): number {
  return 1 + uses.length + (volumes === undefined ? 0 : 1);
}

/** `network_mode`: only what comes to a network interface of the service's own. */
export function judgeNetworkMode(node: Node): void {
  const mode = node.text() ?? "";
  if (["", "bridge", "default"].includes(mode)) return;
  node.refuse(
    `every service on Fargate has a network interface of its own, not ${JSON.stringify(mode)}`,
    mode === "host"
      ? "list the ports it listens on under ports or expose"
      : "remove it, and reach the service by its name",
  );
}
