import fc from "fast-check";
import { interpretProject } from "../../../src/interpret";
import type { CanonicalProject } from "../../../src/compose";
import { portNames } from "../../../src/images/known-ports";
import { deployedServicesOf } from "../../../src/model/deployed";
import { app, appProblems, appWarnings, interpret, problemsOf, type Raw } from "../../support/interpret";

const port = (target: number, rest: Raw = {}): Raw => ({ mode: "ingress", protocol: "tcp", target, ...rest });
const modes = (keys: Raw): readonly string[] =>
  app(keys).ports.map(({ target, mode, appProtocol }) => `${target} ${mode} ${appProtocol}`);

describe("the protocol of a published port", () => {
  test.each<[string, Raw, string]>([
    ["nothing says otherwise", { ports: [port(3000)] }, "3000 ingress http"],
    ["the port", { ports: [port(6379)] }, "6379 host http"],
    ["the image", { image: "axllent/mailpit:v1", ports: [port(2500)] }, "2500 host http"],
    ["the image, before the port", { image: "prom/alertmanager", ports: [port(9093)] }, "9093 ingress http"],
    [
      "a vendor's image of a known program",
      { image: "acme/cp-alertmanager:2", ports: [port(9093)] },
      "9093 ingress http",
    ],
    [
      "PHP's own server in any image",
      { image: "wordpress:6-fpm-alpine", ports: [port(9000)] },
      "9000 host http",
    ],
    ["no tag that only sounds like it", { image: "acme/app:fpmx", ports: [port(9000)] }, "9000 ingress http"],
    ["one port of an image", { image: "drakkan/sftpgo:v2", ports: [port(2022)] }, "2022 host http"],
    ["and another one", { image: "drakkan/sftpgo:v2", ports: [port(8080)] }, "8080 ingress http"],
    [
      "a port by its number, of a stream",
      { image: "owncast/owncast", ports: [port(1935)] },
      "1935 host http",
    ],
    ["a game's server", { image: "hexlo/terraria-server-docker", ports: [port(7777)] }, "7777 host http"],
    ["a bus", { image: "selenium/event-bus:4", ports: [port(4442)] }, "4442 host http"],
    ["every port of an image", { image: "postgres:16", ports: [port(6543)] }, "6543 host http"],
    [
      "an image of another registry",
      { image: "quay.io:443/sclorg/postgresql@sha256:00", ports: [port(6543)] },
      "6543 host http",
    ],
    [
      "the health check, before the image",
      {
        image: "postgres:16",
        healthcheck: { test: "curl -f http://localhost:6543/" },
        ports: [port(6543)],
      },
      "6543 ingress http",
    ],
    [
      "gRPC's probe",
      { healthcheck: { test: ["CMD", "grpc_health_probe", "-addr=:9000"] }, ports: [port(9000)] },
      "9000 host http",
    ],
    [
      "app_protocol, before the health check",
      {
        healthcheck: { test: "curl -f http://localhost:9000/" },
        ports: [port(9000, { app_protocol: "SMTP" })],
      },
      "9000 host http",
    ],
    [
      "app_protocol",
      { image: "postgres", ports: [port(5432, { app_protocol: "http" })] },
      "5432 ingress http",
    ],
    ["app_protocol gRPC", { ports: [port(7233, { app_protocol: "grpc" })] }, "7233 ingress grpc"],
    [
      "UDP, before everything",
      { ports: [port(53, { protocol: "udp", app_protocol: "http" })] },
      "53 host http",
    ],
  ])("%s", (_, keys, expected) => {
    expect(modes(keys)).toEqual([expected]);
  });

  test("the base of a Dockerfile is the image of what is built", () => {
    const canonical = {
      name: "demo",
      services: { app: { build: { context: "app" }, ports: [port(6543), port(8025)] } },
    } as unknown as CanonicalProject;
    const text = "ARG V=1\nFROM node AS x\nFROM ghcr.io/axllent/mailpit:v${V} AS base\nRUN y\nFROM base\n";
    const files = { read: (path: string) => (path === "app/Dockerfile" ? text : undefined) };
    const loaded = { canonical, extensions: new Map(), locate: () => undefined };
    const ports = (from: string) => {
      const result = interpretProject(loaded, [], {
        read: (path) => files.read(path)?.replace("axllent/mailpit", from),
      });
      const [service] = result.ok ? result.project.services : [];
      return service?.kind === "container" ? service.ports.map(({ mode }) => mode) : [];
    };
    expect(ports("bitnami/postgresql")).toEqual(["host", "host"]);
    expect(ports("axllent/mailpit")).toEqual(["ingress", "ingress"]);
  });

  test("the table of ports has no port that frameworks serve HTTP at", () => {
    const web = [80, 3000, 4000, 4200, 5000, 5173, 5601, 8000, 8080, 8081, 8888, 9000, 9090, 9200];
    expect(web.filter((each) => portNames[each] !== undefined)).toEqual([]);
  });
});

describe("what is not HTTP", () => {
  test("one warning for a service, with the way out", () => {
    const ports = [port(5044), port(9600), port(50_000), port(50_000, { protocol: "udp" })];
    expect(
      appWarnings({ image: "docker.elastic.co/logstash/logstash:9", mem_limit: "2147483648", ports }),
    ).toEqual([
      "services.app.ports: 5044 (Logstash input), 50000 (Logstash input), 50000/udp are not HTTP and stay inside the network: the project's services reach them, the internet does not. x-public: true publishes them through a network load balancer; app_protocol: http is for a port that speaks HTTP after all",
    ]);
  });

  test("mail says what AWS does with port 25", () => {
    expect(appWarnings({ ports: [port(25)] })[0]).toMatch(/25 \(SMTP\).*AWS keeps port 25 shut/);
  });

  test("TLS of the container's own has another way out", () => {
    expect(appWarnings({ ports: [port(8443)] })[0]).toMatch(/8443 \(HTTPS\).*app_protocol: https/);
  });

  test("an administration port is published as the file says, with a warning", () => {
    expect(appWarnings({ image: "kong:3", ports: [port(8001)] })).toEqual([
      expect.stringContaining("services.app.ports[0].target: it is published, as the file says"),
    ]);
  });
});

describe("x-public", () => {
  test.each<[string, Raw, readonly string[]]>([
    [
      "at the service",
      { "x-public": true, ports: [port(22), port(80)] },
      ["22 network tcp", "80 ingress http"],
    ],
    ["at a port", { ports: [port(22, { "x-public": true }), port(25)] }, ["22 network tcp", "25 host http"]],
    ["not at a port", { "x-public": true, ports: [port(22, { "x-public": false })] }, ["22 host http"]],
    ["TLS", { "x-public": "true", ports: [port(993, { app_protocol: "tls" })] }, ["993 network tls"]],
    [
      "UDP beside TCP",
      { "x-public": true, ports: [port(53, { protocol: "udp" }), port(53)] },
      ["53 network tcp", "53 network tcp"],
    ],
    ["loopback stays", { "x-public": true, ports: [port(22, { host_ip: "127.0.0.1" })] }, ["22 host http"]],
  ])("%s", (_, keys, expected) => {
    expect(modes(keys)).toEqual(expected);
  });

  test("with nothing to publish it is warned of", () => {
    expect(appWarnings({ "x-public": true, ports: [port(80)] })).toEqual([
      "services.app.x-public: every published port speaks HTTP, which is published without it",
    ]);
  });

  test.each<[Raw, string]>([
    [{ "x-public": { a: 1 }, ports: [port(22)] }, "services.app.x-public: it is neither true nor false"],
    [{ "x-public": "yes", ports: [port(22)] }, 'services.app.x-public: "yes" is not true or false'],
    [
      { ports: [{ target: 22, mode: "host", "x-public": true }] },
      "services.app.ports[0].x-public: the entry itself keeps the port inside",
    ],
    [
      { "x-public": true, ports: [port(51_820, { protocol: "udp" })] },
      "services.app.ports[0]: AWS asks whether a target of UDP is healthy over TCP",
    ],
    [
      { "x-public": true, ports: [1, 2, 3, 4, 5].map((each) => port(each)).concat(port(22)) },
      "services.app.ports[5]: 6 ports would be published",
    ],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems(keys)).toEqual([expect.stringContaining(expected)]);
  });

  test("two services at one port are told with both places", () => {
    const service = { image: "x", "x-public": true, ports: [port(2222, { published: "22" })] };
    expect(problemsOf({ a: service, b: { ...service, ports: [port(22)] } })).toEqual([
      expect.stringContaining(
        "services.a.ports[0]: port 22 of the network load balancer is published by services.b.ports[0] too",
      ),
      expect.stringContaining(
        "services.b.ports[0]: port 22 of the network load balancer is published by services.a.ports[0] too",
      ),
    ]);
  });
});

describe("a stack that runs already", () => {
  const canonical = {
    name: "demo",
    services: { mail: { image: "axllent/mailpit", ports: [port(1025), port(8025)] } },
  } as unknown as CanonicalProject;
  const read = (outputs: Raw) => {
    const loaded = { canonical, extensions: new Map(), locate: () => undefined };
    const result = interpretProject(
      loaded,
      [],
      { read: () => undefined },
      { deployed: deployedServicesOf(outputs) },
    );
    const [service] = result.ok ? result.project.services : [];
    const ports = service?.kind === "container" ? service.ports.map(({ mode }) => mode) : [];
    return { ports, warnings: result.ok ? result.project.warnings.map(({ path }) => path) : [] };
  };
  const urls = ["http://x/", "http://x/mail--8025/"];

  test.each<[string, Raw, readonly string[]]>([
    ["the outputs name the ports", { ports: [1025, 8025], urls: [] }, ["ingress", "ingress"]],
    ["the outputs name one port", { ports: [8025], urls }, ["host", "ingress"]],
    ["older outputs have a URL for each port", { urls }, ["ingress", "ingress"]],
    ["older outputs have fewer URLs", { urls: ["http://x/"] }, ["host", "ingress"]],
    ["older outputs have another port", { urls: ["http://x/", "http://x/mail--3000/"] }, ["host", "ingress"]],
    ["outputs of another form", { ports: "x", urls: 1 }, ["host", "ingress"]],
  ])("keeps what it publishes: %s", (_, mail, expected) => {
    const { ports, warnings } = read({ services: { mail } });
    expect(ports).toEqual(expected);
    expect(warnings).toEqual([
      expected[0] === "ingress" ? "services.mail.ports[0].target" : "services.mail.ports",
    ]);
  });
});

test("a service whose ports all stay inside can have no domain, and is told how", () => {
  const result = interpret({
    app: { image: "postgres", ports: [port(5432)], "x-domains": ["a.example.com"] },
  });
  expect(result.ok ? [] : result.problems.map(({ message, hint }) => `${message}; ${hint ?? ""}`)).toEqual([
    "none of the service's ports is known to speak HTTP; list the port that it listens on under ports, with app_protocol: http where it is not known",
  ]);
});

test("whatever the ports and their order, what the table names stays inside, and the rest is HTTP", () => {
  const named = Object.keys(portNames).map(Number);
  const target = fc.oneof(fc.constantFrom(...named), fc.integer({ min: 1, max: 65535 }));
  const clue = fc.constantFrom(undefined, "http", "tcp", "mqtt");
  const entries = fc.uniqueArray(fc.tuple(target, clue), { selector: ([number]) => number, maxLength: 4 });
  fc.assert(
    fc.property(entries, fc.boolean(), (list, open) => {
      const ports = list.map(([number, own]) => port(number, own === undefined ? {} : { app_protocol: own }));
      const keys = { image: "x/y", ...(open ? { "x-public": true } : {}) };
      const other = (number: number, own?: string) =>
        own === undefined ? number in portNames : own !== "http";
      const expected = list.map(
        ([number, own]) => `${number} ${other(number, own) ? (open ? "network" : "host") : "ingress"}`,
      );
      const read = (entries: readonly Raw[]) =>
        app({ ...keys, ports: entries }).ports.map((each) => `${each.target} ${each.mode}`);
      expect(read(ports)).toEqual(expected);
      expect(read([...ports].reverse())).toEqual([...expected].reverse());
    }),
  );
});
