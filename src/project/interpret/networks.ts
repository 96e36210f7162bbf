/** Names that resolve, and the networks of a project. */
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
    if (alias === "" || alias === service) return;
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

/** One name can't stand for two services: the private zone has one record for it. */
function reportShared(names: ReadonlyMap<string, ReadonlyMap<string, Node>>): void {
  const owners = new Map([...names.keys()].map((name) => [name, name]));
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

/** Networks of a kind that Berth can't give, and separations between services that it does not keep. */
export function judgeNetworks(root: Node): void {
  const networks = root.get("networks");
  for (const [, network] of networks.entries()) {
    if (!isRecord(network.value)) continue;
    const driver = network.get("driver").text() ?? "";
    if (!["", "bridge", "default", "overlay"].includes(driver)) {
      network.get("driver").warn("the project has one private network in a VPC");
    }
    const external = network.get("external");
    if (external.value === true || isRecord(external.value)) {
      external.refuse(
        "Berth joins no network that it does not make",
        "take it out, and reach the other project by its URL",
      );
    }
    const internal = network.get("internal");
    if (internal.boolean() === true) {
      internal.warn(
        "services of this network can reach the internet; from there only published ports are reached",
      );
    }
  }
  judgeSeparation(root);
}

function judgeSeparation(root: Node): void {
  const services = root.get("services").entries();
  const joined = services.map(([, service]) =>
    service
      .get("networks")
      .entries()
      .map(([name]) => name),
  );
  const [first = []] = joined;
  const together = first.some((name) => joined.every((names) => names.includes(name)));
  const names = new Set(joined.flat());
  if (names.size > 1 && !together) {
    root.get("networks").warn("all services stand in one private network and can reach each other");
  }
}

/** `network_mode`: only what comes to a network interface of the service's own. */
export function judgeNetworkMode(node: Node): void {
  const mode = node.text() ?? "";
  if (["", "bridge", "default"].includes(mode)) return;
  node.refuse(
    `every service on Fargate has a network interface of its own, not ${JSON.stringify(mode)}`,
    mode === "host"
      ? "list the ports it listens on under ports or expose"
      : "take it out, and reach the service by its name",
  );
}
