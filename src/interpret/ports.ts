/** `ports` and `expose`: what the load balancer publishes, and what is reachable inside the network only. */
import type { Port } from "../model/project";
import { isRecord, type Node } from "./node";

/** Target groups that one ECS service can have (ECS service quotas, "Classic Load Balancers / Target groups per service"). */
const maximumIngress = 5;

/** Container ports of well-known protocols that no HTTP load balancer carries. */
const notHttp: Readonly<Record<number, string>> = {
  22: "SSH",
  25: "SMTP",
  53: "DNS",
  1433: "SQL Server",
  3306: "MySQL",
  5432: "Postgres",
  5672: "AMQP",
  6379: "Redis",
  9092: "Kafka",
  27017: "MongoDB",
};

const loopback = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/;
const anyAddress = new Set(["0.0.0.0", "::", "[::]"]);

/** The ports of a container: published ones first, one entry for each container port and protocol. */
export function readPorts(service: Node): readonly Port[] {
  const ports = new Map<string, Port>();
  let ingress = 0;
  for (const node of service.get("ports").items()) {
    const port = readPort(node);
    if (port === undefined) continue;
    const key = `${port.target}/${port.protocol}`;
    const before = ports.get(key);
    if (before?.mode === "ingress" && port.mode === "ingress") {
      node.get("published").warn(`container port ${port.target} is published already; it is published once`);
    } else if (before?.mode !== "ingress") {
      ports.set(key, port);
      if (port.mode === "ingress" && ++ingress === maximumIngress + 1) {
        node.problem(
          `more than ${maximumIngress} published ports: ECS gives a service at most ${maximumIngress} target groups`,
          "give the other ports mode: host, or split the service",
        );
      }
    }
  }
  for (const port of service.get("expose").items().flatMap(readExposed)) {
    const key = `${port.target}/${port.protocol}`;
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()];
}

function readPort(node: Node): Port | undefined {
  if (!isRecord(node.value)) {
    node.problem("not a port", 'write "80:8080", or a map with target and published');
    return undefined;
  }
  const target = node.get("target");
  if (!target.present) node.problem("the port has no target", "target: the port the container listens on");
  const number = target.integer(1, 65535);
  const published = readPublished(node.get("published"));
  const protocol = readProtocol(node.get("protocol"));
  const mode = readMode(node);
  const appProtocol = mode === "ingress" ? readAppProtocol(node.get("app_protocol")) : "http";
  if (mode === "ingress" && protocol === "udp") {
    node.get("protocol").refuse("the load balancer carries HTTP, not UDP", "write the port with mode: host");
    return undefined;
  }
  if (number === undefined || protocol === undefined || mode === undefined || appProtocol === undefined) {
    return undefined;
  }
  const known = notHttp[number];
  if (mode === "ingress" && known !== undefined) {
    target.warn(
      `published through an HTTP load balancer, which carries no ${known}: ` +
        "with mode: host other services reach it and the internet does not",
    );
  }
  return { target: number, ...(published === undefined ? {} : { published }), protocol, mode, appProtocol };
}

/** The host port; of a range the first one, as Docker takes any. */
function readPublished(node: Node): number | undefined {
  const text = node.text();
  if (text === undefined || text === "" || text === "0") return undefined;
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined || Number(first) > 65535 || Number(last ?? first) > 65535) {
    node.problem(`${JSON.stringify(text)} is no port`, "a whole number from 1 to 65535");
    return undefined;
  }
  return Number(first);
}

function readProtocol(node: Node): Port["protocol"] | undefined {
  const protocol = node.present ? node.text()?.toLowerCase() : "tcp";
  if (protocol === "tcp" || protocol === "udp" || protocol === undefined) return protocol;
  node.refuse(`Fargate carries no ${protocol}`, "tcp or udp");
  return undefined;
}

function readMode(node: Node): Port["mode"] | undefined {
  const mode = node.get("mode").present ? node.get("mode").text() : "ingress";
  const ip = node.get("host_ip").text() ?? "";
  if (mode !== "ingress" && mode !== "host") {
    if (mode !== undefined)
      node.get("mode").problem(`unknown mode ${JSON.stringify(mode)}`, "ingress or host");
    return undefined;
  }
  if (mode === "host" || ip === "" || anyAddress.has(ip)) return mode;
  if (loopback.test(ip)) {
    node
      .get("host_ip")
      .warn("a port on a loopback address is not public: only the project's services reach it");
    return "host";
  }
  node.get("host_ip").warn("the load balancer has addresses of its own");
  return mode;
}

function readAppProtocol(node: Node): Port["appProtocol"] | undefined {
  const text = node.present ? node.text() : "http";
  const protocol = text?.toLowerCase();
  if (protocol === "" || protocol === undefined) return text === undefined ? undefined : "http";
  if (protocol === "http" || protocol === "http2" || protocol === "grpc") return protocol;
  node.refuse(
    `the load balancer speaks no ${protocol} to a container`,
    "http, http2 or grpc (TLS ends at the load balancer), or mode: host for any other protocol",
  );
  return undefined;
}

/** `3000`, `3000/udp` or `3000-3005`. */
function readExposed(node: Node): readonly Port[] {
  const text = node.text();
  if (text === undefined) return [];
  const [, from, to, protocol = "tcp"] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/i.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to ?? from);
  if (from === undefined || first < 1 || last < first || last > 65535) {
    node.problem(`${JSON.stringify(text)} is no port`, 'a port, a range or "53/udp", from 1 to 65535');
    return [];
  }
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    target: first + index,
    protocol: protocol.toLowerCase() === "udp" ? ("udp" as const) : ("tcp" as const),
    mode: "host" as const,
    appProtocol: "http" as const,
  }));
}
