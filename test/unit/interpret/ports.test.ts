import { secretMarker } from "../../../src/compose/secret-marker";
import { app, appProblems, appWarnings } from "../../support/interpret";

const ingress = (target: number, rest: object = {}) => ({
  mode: "ingress",
  protocol: "tcp",
  target,
  ...rest,
});
const published = { mode: "ingress", protocol: "tcp", appProtocol: "http" };
const inside = { mode: "host", protocol: "tcp", appProtocol: "http" };

describe("ports", () => {
  test.each([
    [
      "published",
      { ports: [ingress(80, { published: "8080" })] },
      [{ ...published, target: 80, published: 8080 }],
    ],
    ["without a host port", { ports: [ingress(3000)] }, [{ ...published, target: 3000 }]],
    ["without a mode", { ports: [{ target: 3000 }] }, [{ ...published, target: 3000 }]],
    [
      "a range of host ports",
      { ports: [ingress(80, { published: "8080-8090" })] },
      [{ ...published, target: 80, published: 8080 }],
    ],
    [
      "http2",
      { ports: [ingress(80, { app_protocol: "HTTP2" })] },
      [{ ...published, target: 80, appProtocol: "http2" }],
    ],
    [
      "grpc",
      { ports: [ingress(80, { app_protocol: "grpc" })] },
      [{ ...published, target: 80, appProtocol: "grpc" }],
    ],
    [
      "host",
      { ports: [{ mode: "host", target: 5432, published: "5432" }] },
      [{ ...inside, target: 5432, published: 5432 }],
    ],
    [
      "host with another protocol",
      { ports: [{ mode: "host", target: 9, app_protocol: "redis" }] },
      [{ ...inside, target: 9 }],
    ],
    [
      "host udp",
      { ports: [{ mode: "host", target: 53, protocol: "udp" }] },
      [{ ...inside, target: 53, protocol: "udp" }],
    ],
    ["any address", { ports: [ingress(80, { host_ip: "0.0.0.0" })] }, [{ ...published, target: 80 }]],
    [
      "expose",
      { expose: ["80", "53/udp", "90-92"] },
      [
        { ...inside, target: 80 },
        { ...inside, target: 53, protocol: "udp" },
        { ...inside, target: 90 },
        { ...inside, target: 91 },
        { ...inside, target: 92 },
      ],
    ],
    [
      "a published port that is exposed too",
      { ports: [ingress(80)], expose: ["80"] },
      [{ ...published, target: 80 }],
    ],
    [
      "host and ingress of one port",
      { ports: [{ mode: "host", target: 80 }, ingress(80)] },
      [{ ...published, target: 80 }],
    ],
    [
      "https",
      { ports: [ingress(8443, { app_protocol: "https" })] },
      [{ ...published, target: 8443, appProtocol: "https" }],
    ],
    [
      "WebSockets, which are HTTP",
      { ports: [ingress(7000, { app_protocol: "kubernetes.io/ws" })] },
      [{ ...published, target: 7000 }],
    ],
  ])("%s", (_, keys, ports) => {
    expect(app(keys).ports).toEqual(ports);
    expect(appWarnings(keys)).toEqual([]);
  });

  test("a loopback address makes a port private, with a warning", () => {
    const keys = { ports: [ingress(80, { host_ip: "127.0.0.1", published: "80" })] };
    expect(app(keys).ports).toEqual([{ ...inside, target: 80, published: 80 }]);
    expect(appWarnings(keys)).toEqual([
      expect.stringContaining("services.app.ports[0].host_ip: a port on a loopback"),
    ]);
  });

  test.each([
    [
      [ingress(80, { host_ip: "10.0.0.1" })],
      "services.app.ports[0].host_ip: the load balancer has addresses of its own",
    ],
    [
      [ingress(80, { published: "80" }), ingress(80, { published: "81" })],
      "services.app.ports[1].published: container port 80 is published already",
    ],
    [[ingress(80, { name: "web" })], "services.app.ports[0].name: the name of a port"],
  ])("%j is warned of", (ports, expected) => {
    expect(appWarnings({ ports })).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    [[ingress(1, { protocol: "sctp" })], "services.app.ports[0].protocol: Fargate carries no sctp"],
    [[ingress(0)], "services.app.ports[0].target: 0 is out of range: a whole number from 1 to 65535"],
    [[ingress(65536)], "services.app.ports[0].target: 65536 is out of range"],
    [[ingress(80, { published: "70000" })], 'services.app.ports[0].published: "70000" is no port'],
    [
      [ingress(80, { published: secretMarker("PORT") })],
      "services.app.ports[0].published: variable PORT is not set",
    ],
    [[{ mode: "both", target: 80 }], 'services.app.ports[0].mode: unknown mode "both"'],
    [[{ mode: "ingress" }], "services.app.ports[0]: the port has no target"],
    [["80:80"], "services.app.ports[0]: not a port"],
    [[1, 2, 3, 4, 5, 6].map((port) => ingress(port)), "services.app.ports[5]: 6 ports would be published"],
  ])("%j is an error", (ports, expected) => {
    expect(appProblems({ ports })).toEqual([expect.stringContaining(expected)]);
  });

  test.each(["x", "0", "70000", "9-8", "1/sctp"])("expose %s is an error", (port) => {
    expect(appProblems({ expose: [port] })).toEqual([
      expect.stringContaining(`services.app.expose[0]: "${port}" is no port`),
    ]);
  });
});
