/** The short form of a port: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, with ranges (Compose Specification, "ports"). */
import { LoadProblem } from "./load-problem";
import { hasMarker, shown } from "./markers";
import { compareText, integer, mapping, type Node, type Place, scalar } from "./tree";

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The ports of one entry in the long form, one for each container port. */
export function longPorts(text: string, path: string, at?: Place): readonly Node[] {
  const ports = parsePorts(text);
  if (typeof ports === "string") {
    const because = hasMarker(text) ? ", because the variable in it is not set" : "";
    throw new LoadProblem(`${JSON.stringify(shown(text))} is no port: ${ports}${because}`, {
      path,
      ...(at === undefined ? {} : { at }),
      hint: "write HOST:CONTAINER, such as 8080:80",
    });
  }
  return ports.map(({ host, published, target, protocol }) =>
    mapping(
      [
        ["mode", scalar("ingress", at)],
        ...(host === "" ? [] : [["host_ip", scalar(host, at)] as const]),
        ...(target === 0 ? [] : [["target", integer(target, at)] as const]),
        ...(published === "" ? [] : [["published", scalar(published, at)] as const]),
        ["protocol", scalar(protocol, at)],
      ],
      at,
    ),
  );
}

interface ShortPort {
  readonly host: string;
  readonly published: string;
  readonly target: number;
  readonly protocol: string;
}

/** The ports, or what is wrong with them. */
function parsePorts(text: string): readonly ShortPort[] | string {
  const parts = text.split(":");
  const [containerPart = "", hostPart = ""] = [parts.at(-1), parts.at(-2)];
  const host = parts.slice(0, -2).join(":");
  const [target = "", protocolPart = ""] = containerPart.split("/");
  const protocol = protocolPart === "" ? "tcp" : protocolPart.toLowerCase();
  const address = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (host.includes(":") && address === host)
    return `${JSON.stringify(host)} must be in brackets, like [::1]`;
  if (address !== "" && !isAddress(address)) return `${JSON.stringify(address)} is no IP address`;
  if (target === "") return "it names no container port";
  const container = parseRange(target);
  if (container === undefined || container.from === 0)
    return `${JSON.stringify(shown(target))} is no port from 1 to 65535`;
  const hostRange = hostPart === "" ? undefined : parseRange(hostPart);
  if (hostPart !== "" && hostRange === undefined)
    return `${JSON.stringify(shown(hostPart))} is no port from 0 to 65535`;
  const single = container.from === container.to;
  if (hostRange !== undefined && !single && hostRange.to - hostRange.from !== container.to - container.from) {
    return "its two ranges differ in length";
  }
  if (!["tcp", "udp", "sctp"].includes(protocol))
    return `${JSON.stringify(protocol)} is none of tcp, udp and sctp`;
  return expand(container, hostRange, address, protocol);
}

function expand(
  container: Range,
  hostRange: Range | undefined,
  host: string,
  protocol: string,
): readonly ShortPort[] {
  const single = container.from === container.to;
  const ports = Array.from({ length: container.to - container.from + 1 }, (_, index) => ({
    host,
    protocol,
    target: container.from + index,
    published:
      hostRange === undefined
        ? ""
        : single && hostRange.to !== hostRange.from
          ? `${hostRange.from}-${hostRange.to}`
          : String(hostRange.from + index),
  }));
  // The reference sorts them as texts: 10000 comes before 9999.
  return ports.sort((a, b) => compareText(`${a.target}/`, `${b.target}/`));
}

function parseRange(text: string): Range | undefined {
  const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return to < from || to > 65535 ? undefined : { from, to };
}

/** Whether a text is an address of IPv4 or IPv6. */
export function isAddress(text: string): boolean {
  if (/^([0-9]{1,3}\.){3}[0-9]{1,3}$/.test(text)) {
    return text.split(".").every((part) => Number(part) <= 255 && !/^0[0-9]/.test(part));
  }
  return isIpv6(text);
}

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const embedded = last.includes(".");
  if (embedded && !isAddress(last)) return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  const count = plain.length + (embedded ? 2 : 0);
  return (
    plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (halves.length === 2 ? count < 8 : count === 8)
  );
}
