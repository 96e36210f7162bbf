/** What is said of published ports that speak no HTTP, and of more ports than a service can publish. */
import type { Port } from "../model/project";
import type { Node } from "./node";
import type { Speech } from "./protocol";

/** A port that stays inside the network since it speaks no HTTP. */
export interface InsidePort {
  readonly port: Port;
  readonly speech: Extract<Speech, { kind: "other" }>;
}

/** Target groups that one ECS service can have (ECS service quotas, "Target groups per service"), of both balancers. */
const maximumTargets = 5;

/** A published port that the program itself is watched by, and that the file doesn't insist on. */
export interface WatchingPort {
  readonly target: number;
  /** What it has, for people. */
  readonly what: string;
}

/**
 * The ports as they fit into ECS's target groups: where there are more, those by which the program is watched stay
 * inside the network, with a warning; more of others is an error with its place.
 */
export function fitTargetGroups(
  service: Node,
  ports: readonly Port[],
  watching: readonly WatchingPort[],
): readonly Port[] {
  if (outside(ports).length <= maximumTargets) return ports;
  const yielding = watching.filter(({ target }) => outside(ports).some((port) => port.target === target));
  const numbers = new Set(yielding.map(({ target }) => target));
  const fitted = ports.map((port) => (numbers.has(port.target) ? { ...port, mode: "host" as const } : port));
  if (yielding.length > 0) service.get("ports").warn(yieldingWarning(yielding));
  judgeTargetGroups(service, outside(fitted));
  return fitted;
}

function outside(ports: readonly Port[]): readonly Port[] {
  return ports.filter(({ mode }) => mode !== "host");
}

function yieldingWarning(ports: readonly WatchingPort[]): string {
  const one = ports.length === 1;
  return (
    `${ports.map(({ target, what }) => `${target} (${what})`).join(", ")} ${one ? "stays" : "stay"} inside the network: ` +
    `more ports are published than the ${maximumTargets} target groups that ECS gives a service; ` +
    "app_protocol: http at a port publishes it all the same"
  );
}

function judgeTargetGroups(service: Node, published: readonly Port[]): void {
  const sixth = published[maximumTargets]?.target;
  if (sixth === undefined) return;
  const node = service
    .get("ports")
    .items()
    .find((item) => Number(item.get("target").value) === sixth);
  const targets = published.map(({ target }) => target).join(", ");
  (node ?? service.get("ports")).problem(
    `${published.length} ports would be published (${targets}): ECS gives a service at most ${maximumTargets} target groups`,
    "mode: host at those that only the project's services ask, or a second service of the same image for the others",
  );
}

/** One warning for a service, with the way out. */
export function judgeInside(ports: Node, inside: readonly InsidePort[]): void {
  const [tls, other] = [
    inside.filter(({ speech }) => isHttps(speech)),
    inside.filter(({ speech }) => !isHttps(speech)),
  ];
  if (other.length > 0) ports.warn(insideWarning(other));
  if (tls.length > 0) {
    ports.warn(
      `${listed(tls)}: TLS of the container's own stays inside the network, for the load balancer ends TLS itself; ` +
        "app_protocol: https lets it ask the container over TLS, x-public: true passes the port through as TCP",
    );
  }
}

function isHttps({ name }: InsidePort["speech"]): boolean {
  return name === "HTTPS";
}

function insideWarning(inside: readonly InsidePort[]): string {
  const one = inside.length === 1;
  const [are, them] = one ? ["is", "it"] : ["are", "them"];
  const guessed = inside.some(({ speech }) => !speech.told);
  return [
    `${listed(inside)} ${are} not HTTP and ${one ? "stays" : "stay"} inside the network: `,
    `the project's services reach ${them}, the internet does not. x-public: true publishes ${them} through a network load balancer`,
    guessed ? `; app_protocol: http is for a port that speaks HTTP after all` : "",
    inside.some(({ speech }) => speech.name === "gRPC")
      ? "; app_protocol: grpc publishes gRPC over HTTPS, with a domain"
      : "",
    inside.some(({ port }) => port.target === 25)
      ? ". AWS keeps port 25 shut for what leaves an account until it is asked to open it (EC2, email sending limits)"
      : "",
  ].join("");
}

/** `5432 (Postgres), 53/udp`. */
function listed(inside: readonly InsidePort[]): string {
  return inside
    .map(({ port: { target, protocol }, speech }) =>
      protocol === "udp" ? `${target}/udp` : `${target} (${speech.name})`,
    )
    .join(", ");
}
