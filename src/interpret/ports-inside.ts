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

export function judgeTargetGroups(service: Node, ports: readonly Port[]): void {
  if (ports.filter(({ mode }) => mode !== "host").length <= maximumTargets) return;
  const sixth = ports.filter(({ mode }) => mode !== "host")[maximumTargets]?.target;
  const node = service
    .get("ports")
    .items()
    .find((item) => Number(item.get("target").value) === sixth);
  (node ?? service.get("ports")).problem(
    `more than ${maximumTargets} published ports: ECS gives a service at most ${maximumTargets} target groups`,
    "give the other ports mode: host, or split the service",
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
