import type { Project } from "../../../src/model/project";
import {
  type Raw,
  appProblems,
  appWarnings,
  problemsOf,
  projectOf,
  serviceOf,
  warningsOf,
} from "../../support/interpret";

const on = (...networks: string[]): Raw => ({
  image: "x",
  networks: Object.fromEntries(networks.map((name) => [name, null])),
});
const network = { name: "demo_x", ipam: {} };
const networksOf = ({ services }: Project) =>
  Object.fromEntries(
    services.map((service) => [service.name, service.kind === "container" ? service.networks : service.kind]),
  );

describe("names that resolve", () => {
  test("aliases of networks, container and host names, links; sorted, once each, lower case", () => {
    const services = {
      api: {
        image: "x",
        container_name: "My-Api",
        networks: { default: { aliases: ["backend", "api", "backend"] }, other: { aliases: ["a.internal"] } },
      },
      web: { image: "x", links: ["api:server"], networks: { default: null, other: null } },
    };
    expect(serviceOf(services, "api").aliases).toEqual(["a.internal", "backend", "my-api", "server"]);
    expect(warningsOf(services)).toEqual([]);
  });

  test("a host name is an alias; what the container itself sees is AWS's", () => {
    const services = { api: { image: "x", hostname: "node1" } };
    expect(serviceOf(services, "api").aliases).toEqual(["node1"]);
    expect(warningsOf(services)).toEqual([
      expect.stringContaining("services.api.hostname: other services reach it"),
    ]);
  });

  test.each<[string, Raw, string]>([
    [
      "no host name",
      { a: { image: "x", container_name: "a b" } },
      'services.a.container_name: "a b" is no host name',
    ],
    [
      "another service's name",
      { a: { image: "x", container_name: "b" }, b: { image: "x" } },
      "services.a.container_name: b is a name of service b already",
    ],
    [
      "shared",
      { a: { image: "x", container_name: "n" }, b: { image: "x", networks: { d: { aliases: ["n"] } } } },
      "services.b.networks.d.aliases[0]: n is a name of service a already",
    ],
    [
      "a link to nothing",
      { a: { image: "x", links: ["b:c"] } },
      'services.a.links[0]: there is no service "b"',
    ],
  ])("%s is an error", (_, services, expected) => {
    expect(problemsOf(services)).toEqual([expect.stringContaining(expected)]);
  });
});

describe("networks", () => {
  test.each<[string, Raw]>([
    ["the default", { a: on("default"), b: on("default") }],
    ["one of their own", { a: on("app"), b: on("app") }],
    ["one in common", { a: on("app", "extra"), b: on("app") }],
  ])("%s", (_, services) => {
    expect(warningsOf(services, { networks: { app: { ...network, driver: "bridge" } } })).toEqual([]);
  });

  test("services that share no network are kept apart", () => {
    const services = { web: on("front"), api: on("front", "back"), job: on("back"), alone: { image: "x" } };
    const project = projectOf(services, { networks: { front: network, back: { name: "demo_back" } } });
    expect(networksOf(project)).toEqual({
      web: ["front"],
      api: ["front", "back"],
      job: ["back"],
      alone: ["default"],
    });
    expect(project.warnings).toEqual([]);
  });

  test.each<[string, Raw, Raw]>([
    ["the same", { a: on("app"), b: on("app", "extra") }, {}],
    ["two keys of one name", { a: on("one"), b: on("two") }, { one: { name: "n" }, two: { name: "n" } }],
  ])("%s: nothing is kept apart", (_, services, networks) => {
    expect(networksOf(projectOf(services, { networks }))).toEqual({ a: undefined, b: undefined });
  });

  test("Docker's own network is one of its own", () => {
    const services = {
      a: { image: "x", network_mode: "bridge" },
      b: { image: "x", network_mode: "bridge" },
      c: on("default"),
    };
    expect(networksOf(projectOf(services))).toEqual({
      a: ["network_mode=bridge"],
      b: ["network_mode=bridge"],
      c: ["default"],
    });
  });

  test("a managed store is reached by those who share a network with it and name it", () => {
    const names = { environment: { DATABASE_URL: "postgres://u:p@db/x" } };
    const db = {
      image: "postgres:16",
      "x-postgres": true,
      environment: { POSTGRES_PASSWORD: "long-enough" },
    };
    const services = {
      db: { ...db, networks: { back: null } },
      api: { ...on("front", "back"), ...names },
      web: { ...on("front"), ...names },
      job: on("front"),
    };
    const project = projectOf(services, { networks: { front: network, back: { name: "demo_back" } } });
    const uses = project.services.flatMap((service) =>
      service.kind === "container" ? [[service.name, service.uses, service.networks]] : [],
    );
    expect(uses).toEqual([
      ["api", ["db"], undefined],
      ["web", [], undefined],
      ["job", [], undefined],
    ]);
    expect(project.warnings).toEqual([
      {
        path: "services.web.networks",
        message: "it shares no network with db, which it names: it does not reach it",
      },
    ]);
  });

  test("more networks than a task takes groups are refused at the service", () => {
    const keys = ["n1", "n2", "n3", "n4", "n5"];
    const services = { hub: on(...keys), ...Object.fromEntries(keys.map((key) => [`s-${key}`, on(key)])) };
    const networks = Object.fromEntries(keys.map((key) => [key, { name: key }]));
    expect(problemsOf(services, { networks })).toEqual([
      expect.stringContaining("services.hub.networks: 6 security groups, one for each network"),
    ]);
    // Without the fifth one's other member its network adds nothing.
    const four = Object.fromEntries(Object.entries(services).filter(([name]) => name !== "s-n5"));
    expect(problemsOf(four, { networks })).toEqual([]);
  });

  test.each<[Raw, string]>([
    [{ driver: "macvlan" }, "networks.n.driver: a network is a security group"],
    [{ internal: true }, "networks.n.internal: services of this network can reach the internet"],
    [
      { ipam: { config: [{ subnet: "10.0.0.0/24" }] } },
      "networks.n.ipam.config: the addresses are those of the VPC's subnets",
    ],
  ])("%j is warned of", (keys, expected) => {
    expect(warningsOf({ a: on("n") }, { networks: { n: { name: "n", ...keys } } })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test("a network of others is one of the project's own, with a warning", () => {
    expect(warningsOf({ a: on("n") }, { networks: { n: { name: "n", external: true } } })).toEqual([
      expect.stringContaining("networks.n.external: a network of the project's own is used instead"),
    ]);
  });

  test("a fixed address is an error", () => {
    expect(appProblems({ networks: { n: { ipv4_address: "10.0.0.2" } } })).toEqual([
      expect.stringContaining("services.app.networks.n.ipv4_address: AWS gives a task its address"),
    ]);
  });
});

describe("mounts of a container", () => {
  const built = { image: undefined, build: { context: "./app" } };
  const bind = (source: string) => ({ volumes: [{ type: "bind", source, target: "/x" }] });

  test.each<[Raw, string]>([
    [{ ...built, ...bind("./app") }, "each task has a copy of its own of ./app"],
    [{ ...built, ...bind("./apple") }, "each task has a copy of its own of ./apple"],
    [{ volumes: [{ type: "volume", target: "/x" }] }, "the directory is on the task's own disk"],
    [bind("/etc/localtime"), "tasks run in UTC"],
    [
      { read_only: true, volumes: [{ type: "volume", target: "/x" }] },
      "it is an empty folder of root's on the task's own disk, unless the image's Dockerfile says VOLUME /x",
    ],
  ])("%j is warned of", (keys, expected) => {
    expect(appWarnings(keys)).toEqual([expect.stringContaining(`services.app.volumes[0]: ${expected}`)]);
  });

  test.each<[Raw, string]>([
    [bind("../conf"), 'volumes[0]: a task can\'t see "../conf"'],
    [{ ...built, ...bind("app/../../x") }, "volumes[0]: a task can't see"],
    [bind("/var/run/docker.sock"), "volumes[0]: there is no Docker daemon on Fargate"],
    [
      {
        ...built,
        volumes: [{ type: "bind", source: "/var/run/docker.sock", target: "/tmp/docker.sock" }],
      },
      "volumes[0]: it asks the Docker daemon for its routes",
    ],
    [
      { volumes: [{ type: "bind", source: "/opt/shop/sign.p12", target: "/run/sign.p12", read_only: true }] },
      "(keep it as a secret: secrets: {sign.p12: {file: ./sign.p12}} at the top",
    ],
    [
      bind("/srv/shop/media"),
      "(for what the program writes a named volume, declared under volumes: shop-media:/",
    ],
    [bind("~/.shop"), "declared under volumes: shop:/"],
    [bind("/opt/shop/app.ini"), "(copy it into the project's folder: ./app.ini:/"],
    [bind("~/.ssh/known_hosts"), "(copy it into the project's folder: ./known_hosts:/"],
    [bind("/"), "(remove it where the program runs without: it is the host's own"],
    [bind("/lib/modules"), "(remove it where the program runs without"],
    [
      { volumes: [{ type: "npipe", source: "d", target: "/x" }] },
      "volumes[0]: Berth mounts nothing of this type",
    ],
    [{ volumes: ["./a:/b"] }, "volumes[0]: not a mount"],
    [
      { read_only: true, volumes: [{ type: "volume", target: "x" }] },
      'volumes[0]: "x" is no place for a volume',
    ],
  ])("%j is an error", (keys, expected) => {
    expect(appProblems(keys)).toEqual([expect.stringContaining(expected)]);
  });
});

describe("the top of the file", () => {
  test("x-berth is handed on as written; of other extensions only those are warned of that it may be meant by", () => {
    const extensions = { "x-berth": { logRetention: 7 }, "x-env": { A: 1 }, "x-bert": {} };
    const project = projectOf({ a: { image: "x" } }, { ...extensions, "x-brth": { zones: 3 } });
    expect(project.overrides).toEqual({ logRetention: 7 });
    expect(project.warnings).toEqual([
      {
        path: "x-brth",
        message: 'Berth does not know this extension and leaves it out: did you mean "x-berth"?',
      },
    ]);
    expect(problemsOf({ a: { image: "x" } }, { "x-berth": "fast" })).toEqual([
      expect.stringContaining("x-berth: x-berth is no map of settings"),
    ]);
  });

  test("the restart of depends_on that links stand for is not warned of; a written one is", () => {
    const restart = { api: { condition: "service_started", restart: true, required: true } };
    const api = { image: "x", expose: ["80"] };
    const linked = { image: "x", links: ["api:backend"], depends_on: restart };
    expect(projectOf({ api, web: linked }).warnings).toEqual([]);
    expect(projectOf({ api, web: { image: "x", depends_on: restart } }).warnings).toEqual([
      {
        path: "services.web.depends_on.api.restart",
        message: "ECS does not restart a service because of another one",
      },
    ]);
  });

  test("a project needs a service", () => {
    expect(problemsOf({})).toEqual([expect.stringContaining("services: the project has no services")]);
  });

  test("jobs are refused", () => {
    expect(problemsOf({ a: { image: "x" } }, { jobs: { j: { image: "x" } } })).toEqual([
      expect.stringContaining("jobs: Berth starts no jobs of their own"),
    ]);
  });
});
