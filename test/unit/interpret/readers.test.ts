/**
 * What the coverage table calls honoured is read by somebody: while projects that use every kind of key are interpreted,
 * each read of a key is recorded, the coverage walk's own apart. A key that is only declared honoured fails here.
 */
import { coverageRows } from "../../../src/interpret";
import { Node } from "../../../src/interpret/node";
import { interpret, type Raw } from "../../support/interpret";

/** Keys that no reader of the interpretation asks for, and what makes them true all the same. */
const elsewhere: Readonly<Record<string, string>> = {
  include: "the loader reads the files in",
  "include[].path": "the loader",
  "include[].env_file": "the loader",
  "include[].project_directory": "the loader",
  "services.*.extends": "the loader merges the other service in",
  "services.*.extends.service": "the loader",
  "services.*.extends.file": "the loader",
  "services.*.env_file": "the loader reads it into environment",
  "services.*.env_file[].path": "the loader",
  "services.*.env_file[].format": "the loader",
  "services.*.env_file[].required": "the loader",
  "services.*.profiles": "the loader leaves out services of profiles that are off",
  "services.*.label_file": "the loader reads it into labels",
  "networks.*.external.name": "the loader writes it as name",
  "volumes.*.external.name": "the loader writes it as name",
  "secrets.*.external.name": "the loader writes it as name",
  "configs.*.external.name": "the loader writes it as name",
};

const build = {
  context: ".",
  dockerfile: "Dockerfile",
  args: { A: "b" },
  target: "t",
  platforms: ["linux/amd64"],
  labels: { l: "m" },
  secrets: [{ source: "s", target: "t" }],
  additional_contexts: { base: "docker-image://alpine" },
  "x-test": { target: "test" },
};
const mounts = ["bind", "volume", "tmpfs", "image"].map((type) => ({
  type,
  source: type === "volume" ? "data" : "./data",
  target: `/${type}`,
  bind: {},
  volume: {},
  tmpfs: {},
  image: {},
}));
const device = { capabilities: ["gpu"], driver: "nvidia", count: 1 };
const web: Raw = {
  image: "nginx",
  healthcheck: { test: ["CMD", "true"], interval: "10s" },
  depends_on: { db: { condition: "service_started", required: true } },
  deploy: {
    replicas: 2,
    resources: { limits: { cpus: "1", memory: "1G" }, reservations: { devices: [device] } },
    restart_policy: { condition: "any" },
    update_config: { order: "start-first" },
    placement: { preferences: [{ spread: "node.labels.zone" }] },
  },
  ports: [{ mode: "ingress", target: 80, published: "80", protocol: "tcp", app_protocol: "http" }],
  networks: { front: { aliases: ["www"] } },
  volumes: mounts,
  configs: ["c", "d", "e", "f"].map((source) => ({ source, target: `/etc/${source}` })),
  secrets: ["s", "t", "u"].map((source) => ({ source, target: `/run/${source}` })),
  gpus: [device],
  ulimits: { nofile: { soft: 1, hard: 2 } },
  logging: { driver: "awslogs", options: { mode: "non-blocking" } },
  "x-autoscaling": { min: 1, max: 3 },
  "x-domains": [{ name: "www.example.com", zone: "Z1" }],
  "x-path": { prefix: "/web", strip: true },
  "x-alarms": ["errors"],
  "x-rollout": { strategy: "canary", percent: 20, bake: "3m", test: { command: ["npm", "test"] } },
  "x-test": { target: "test" },
};
const top: Raw = {
  networks: { front: { name: "f", driver: "bridge" }, other: { external: true } },
  volumes: { data: { name: "d" }, shared: { external: true, name: "fs-0123456789abcdef0" } },
  secrets: { s: { environment: "S" }, t: { file: "./t" }, u: { external: true, name: "U" } },
  configs: {
    c: { content: "x" },
    d: { file: "./d" },
    e: { external: true, name: "E" },
    f: { environment: "F" },
  },
  models: {},
  "x-berth": { logRetention: 7 },
};
const samples: readonly Raw[] = [
  { web, db: { image: "postgres:16", "x-postgres": true, environment: { POSTGRES_PASSWORD: null } } },
  {
    web: { build, ports: web["ports"], "x-test": { target: "test" }, "x-build": "auto" },
    cache: { image: "redis:7", "x-redis": true },
  },
  { web: { build } },
  {
    one: {
      image: "busybox",
      "x-schedule": { cron: "@daily", timezone: "UTC", overlap: "skip", timeout: "5m" },
    },
    two: { image: "busybox", "x-schedule": { every: "5m", retries: 1 } },
  },
  { web: { build: { dockerfile_inline: "FROM alpine" } } },
  {
    one: { build: { context: "." }, "x-static": { dir: "d", index: "i", spa: true, headers: { A: "b" } } },
    two: { "x-defang-static-files": { folder: "d" } },
  },
];

/** `services.web.ports[0].target` as a row of the table is called, as far as the rows tell. */
function rowsOf(paths: ReadonlySet<string>): (key: string) => boolean {
  return (key) => {
    const pattern = key
      .replace(/[.[\]]/g, "\\$&")
      .replaceAll("*", "[^.[\\]]+")
      .replaceAll("\\[\\]", "\\[\\d+\\]");
    const expression = new RegExp(`^${pattern}$`);
    return [...paths].some((path) => expression.test(path));
  };
}

interface Reads {
  get(this: Node, key: string): Node;
  has(this: Node, key: string): boolean;
  entries(this: Node): ReturnType<Node["entries"]>;
}

function original<M extends keyof Reads>(method: M): Reads[M] {
  return Object.getOwnPropertyDescriptor(Node.prototype, method)?.value as Reads[M];
}

/** Every key that is asked for by its name, also where it isn't there; what walks over all keys asks for none. */
function read(): ReadonlySet<string> {
  const paths = new Set<string>();
  const get = original("get");
  const has = original("has");
  const entries = original("entries");
  let walking = false;
  const below = (node: Node, key: string): string => (node.path === "" ? key : `${node.path}.${key}`);
  const spies = [
    jest.spyOn(Node.prototype, "get").mockImplementation(function (this: Node, key) {
      if (!walking) paths.add(below(this, key));
      return get.call(this, key);
    }),
    jest.spyOn(Node.prototype, "has").mockImplementation(function (this: Node, key) {
      paths.add(below(this, key));
      return has.call(this, key);
    }),
    jest.spyOn(Node.prototype, "entries").mockImplementation(function (this: Node) {
      walking = true;
      try {
        return entries.call(this);
      } finally {
        walking = false;
      }
    }),
  ];
  try {
    for (const services of samples) interpret(services, top);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return paths;
}

const isRead = rowsOf(read());
const honoured = coverageRows().filter(({ verdict }) => verdict === "honoured");

/** A mapping that only leads to what is below it; or what is decided where it is used. */
function leadsOn({ key, why = "" }: (typeof honoured)[number]): boolean {
  const below = coverageRows().some((row) => row.key.startsWith(`${key}.`) || row.key.startsWith(`${key}[]`));
  return below || /^decided (by the mount as a whole|where a service uses it)/.test(why);
}

test.each(honoured.filter((row) => !(row.key in elsewhere) && !leadsOn(row)).map(({ key }) => [key]))(
  "%s is read",
  (key) => {
    expect([key, isRead(key)]).toEqual([key, true]);
  },
);

test("what is read elsewhere is honoured, and not read here", () => {
  const wrong = Object.keys(elsewhere).filter(
    (key) => !honoured.some((row) => row.key === key) || isRead(key),
  );
  expect(wrong).toEqual([]);
});

test("a key that the table warns of is seen as read by nobody", () => {
  expect(isRead("services.*.umask")).toBe(false);
});
