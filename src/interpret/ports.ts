/** `ports` and `expose`: what the load balancers publish, and what is reachable inside the network only. */
import { definedOnly } from "../defined";
import { portRows } from "../images/known-ports";
import type { ImageName } from "../model/image-name";
import type { Port } from "../model/project";
import type { DeployedService } from "../model/deployed";
import { fitTargetGroups, judgeInside, type InsidePort, type WatchingPort } from "./ports-inside";
import { isRecord, type Node } from "./node";
import { speechOf, type Speech } from "./protocol";

/** What besides its entry says how a port is published. */
export interface PortContext {
  readonly name: string;
  /** @default nobody knows the image */
  readonly image?: ImageName;
  /** The command of the service's health check. @default it has none */
  readonly check?: readonly string[];
  /** @default the stack does not run it yet */
  readonly deployed?: DeployedService;
}

const loopback = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/;
const anyAddress = new Set(["0.0.0.0", "::", "[::]"]);

/**
 * The ports of a container: published ones first, one entry for each container port and protocol. What is published
 * and speaks no HTTP stays inside the network, with one warning for the service, unless `x-public` says otherwise.
 */
export function readPorts(service: Node, context: PortContext): readonly Port[] {
  const ports = new Map<string, Port>();
  const inside: InsidePort[] = [];
  const watching: WatchingPort[] = [];
  const open = readPublicKey(service.get("x-public"));
  const published = publishedBefore(service, context.deployed);
  for (const node of service.get("ports").items()) {
    const read = readPort(node, { ...context, open, published });
    if (read === undefined) continue;
    const { port, speech } = read;
    const key = keyOf(port);
    const before = ports.get(key);
    if (before !== undefined && before.mode !== "host" && port.mode !== "host") {
      node.get("published").warn(`container port ${port.target} is published already; it is published once`);
    } else if (before === undefined || before.mode === "host") {
      ports.set(key, port);
      if (port.mode === "host" && speech?.kind === "other") inside.push({ port, speech });
      watching.push(...watchedBy(node, port, context.image, published));
    }
  }
  judgeInside(service.get("ports"), inside);
  if (open === true && ![...ports.values()].some(({ mode }) => mode === "network"))
    service.get("x-public").warn("every published port speaks HTTP, which is published without it");
  const fitted = fitTargetGroups(service, [...ports.values()], watching);
  const exposed = new Map(
    service
      .get("expose")
      .items()
      .flatMap(readExposed)
      .map((port) => [keyOf(port), port]),
  );
  return [...fitted, ...[...exposed.values()].filter((port) => !ports.has(keyOf(port)))];
}

function keyOf({ target, protocol }: Port): string {
  return `${target}/${protocol}`;
}

/** Whether it is a port that the program is watched by, which neither the file nor an existing stack insists on. */
function watchedBy(
  node: Node,
  { target, mode }: Port,
  image: ImageName | undefined,
  published: ReadonlySet<number>,
): readonly WatchingPort[] {
  if (mode !== "ingress" || image === undefined || published.has(target)) return [];
  if (node.get("app_protocol").present) return [];
  const what = portRows(image).map(({ watching }) => watching?.[target]);
  return what.flatMap((each) => (each === undefined ? [] : [{ target, what: each }]));
}

/** The container ports that the stack publishes over HTTP already. */
function publishedBefore(service: Node, deployed: DeployedService | undefined): ReadonlySet<number> {
  if (deployed === undefined) return new Set();
  const targets = service
    .get("ports")
    .items()
    .filter((node) => isRecord(node.value) && node.value["protocol"] !== "udp" && !isHost(node))
    .map((node) => Number(node.get("target").value));
  return deployed.published([...new Set(targets)]);
}

function isHost(node: Node): boolean {
  return node.get("mode").value === "host" || loopback.test(String(node.get("host_ip").value));
}

/** @returns `undefined` where the key is absent or asks for nothing */
function readPublicKey(node: Node): boolean | undefined {
  if (!node.present || node.value === "") return undefined;
  if (isRecord(node.value) || Array.isArray(node.value)) {
    node.problem("it is neither true nor false", "x-public: true");
    return undefined;
  }
  return node.boolean();
}

interface ReadPort {
  readonly port: Port;
  /** Of what would be published by its entry alone. */
  readonly speech?: Speech;
}

interface EntryContext extends PortContext {
  /** `x-public` of the service. */
  readonly open: boolean | undefined;
  readonly published: ReadonlySet<number>;
}

function readPort(node: Node, context: EntryContext): ReadPort | undefined {
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
  const own = readPublicKey(node.get("x-public"));
  const appProtocol = mode === "ingress" ? readAppProtocol(node.get("app_protocol")) : "";
  if (number === undefined || protocol === undefined || mode === undefined || appProtocol === undefined) {
    return undefined;
  }
  const base = { target: number, ...(published === undefined ? {} : { published }), protocol };
  if (mode === "host") {
    if (own === true)
      node
        .get("x-public")
        .problem(
          "the entry itself keeps the port inside the network",
          "remove mode: host, or the loopback address",
        );
    return { port: { ...base, mode, appProtocol: "http" } };
  }
  const { image, check, name, open, published: before } = context;
  const clues = { target: number, protocol, appProtocol, service: name, published: before.has(number) };
  const speech = speechOf({ ...clues, ...definedOnly({ image, check }) });
  if (speech.kind === "http") {
    judgeHttp(target, number, speech, image);
    return { speech, port: { ...base, mode, appProtocol: speech.as } };
  }
  if ((own ?? open) !== true) {
    const guessed = speech.told ? {} : { guessed: speech.name };
    return { speech, port: { ...base, mode: "host", appProtocol: "http", ...guessed } };
  }
  const through = speech.tls === true ? "tls" : "tcp";
  return { speech, port: { ...base, mode: "network", appProtocol: through, from: node.path } };
}

/** Ports that are published over HTTP, and perhaps should not be. */
function judgeHttp(
  node: Node,
  target: number,
  { kept }: Extract<Speech, { kind: "http" }>,
  image: ImageName | undefined,
): void {
  if (kept !== undefined) {
    node.warn(
      `port ${target} is usually ${kept}, but the stack publishes it over HTTP already and it answered, so it keeps its address; mode: host keeps it inside the network`,
    );
  }
  for (const { admin } of image === undefined ? [] : portRows(image)) {
    const why = admin?.[target];
    if (why !== undefined)
      node.warn(`it is published, as the file says: it is ${why}; mode: host keeps it inside the network`);
  }
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

/** In lower case; empty where the file says nothing. */
function readAppProtocol(node: Node): string | undefined {
  return node.present ? node.text()?.toLowerCase() : "";
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
