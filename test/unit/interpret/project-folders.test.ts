/** What the bind mounts of a project's folders come to: a copy in the image, a folder on EFS, or an empty one. */
import fc from "fast-check";
import type { CanonicalProject } from "../../../src/compose";
import { interpretProject } from "../../../src/interpret";
import type { ContainerService } from "../../../src/model/project";
import type { Raw } from "../../support/interpret";

type Tree = Readonly<Record<string, string>>;

/** A project's files by path. */
function filesOf(tree: Tree) {
  const paths = Object.keys(tree);
  const below = (path: string) =>
    path === "." ? paths : paths.filter((each) => each.startsWith(`${path}/`));
  return {
    read: (path: string) => tree[path],
    has: (path: string) => path in tree || below(path).length > 0,
    names: (path: string) => {
      if (path in tree && tree[path] !== "") return undefined;
      const all = below(path);
      if (all.length === 0) return undefined;
      const from = path === "." ? 0 : path.length + 1;
      return [...new Set(all.map((each) => each.slice(from).split("/")[0] ?? ""))];
    },
  };
}

function interpreted(services: Raw, tree: Tree, top: Raw = {}) {
  const canonical = { name: "demo", services, ...top } as unknown as CanonicalProject;
  return interpretProject(
    { canonical, extensions: new Map(), locate: () => ({ file: "compose.yaml", line: 1, column: 1 }) },
    [],
    filesOf(tree),
  );
}

function serviceOf(services: Raw, tree: Tree, name = "app", top: Raw = {}): ContainerService {
  const result = interpreted(services, tree, top);
  if (!result.ok)
    throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  const found = result.project.services.find((each) => each.name === name);
  if (found?.kind !== "container") throw new Error(`${name} is no container`);
  return found;
}

const bind = (source: string, target: string, more: Raw = {}): Raw => ({
  type: "bind",
  source,
  target,
  ...more,
});
const app = (...volumes: Raw[]): Raw => ({ app: { image: "x", restart: "always", volumes } });

/** `copy`, `keep`, `keep filled` or `empty`. */
function outcome(service: ContainerService): string {
  const [volume] = service.volumes ?? [];
  if (volume !== undefined) return typeof volume.begins === "object" ? "keep filled" : "keep";
  if (service.folders !== undefined) return "empty";
  return service.image.kind === "build" ? "copy" : "nothing";
}

test.each<[string, string, string, Tree, Raw?]>([
  ["keep", "./data", "/app/data", {}],
  ["keep", "data/", "/var/lib/mysql", {}],
  ["keep", "./deep/er/folder/of/it", "/anything", {}],
  ["keep", "./conf", "/etc/app", {}],
  ["keep", "./config/acme", "/etc/acme.sh", {}],
  ["keep", "./data", "/app/data", { "data/.gitkeep": "x" }],
  ["keep", "./state", "/state", { "state/README.md": "x" }],
  ["empty", "./conf.d", "/etc/mysql/conf.d", {}, { read_only: true }],
  ["empty", "./conf.d", "/etc/mysql/conf.d", { "conf.d/.gitkeep": "x" }, { read_only: true }],
  ["copy", "./dashboards", "/var/lib/grafana/dashboards", { "dashboards/a.json": "{}" }],
  ["copy", "./init", "/docker-entrypoint-initdb.d", { "init/a.sql": "x" }],
  ["copy", "./data", "/docker-entrypoint-initdb.d", { "data/a.sql": "x" }],
  ["copy", "./data", "/data", { "data/a.csv": "x" }, { read_only: true }],
  ["copy", ".", "/app", { "app.py": "x" }],
  ["copy", "./nginx.conf", "/etc/nginx/nginx.conf", { "nginx.conf": "x" }],
  ["keep filled", "./pg", "/var/lib/postgresql/data", { "pg/PG_VERSION": "16" }],
  ["keep filled", "./grafana", "/var/lib/grafana", { "grafana/grafana.db": "x" }],
  ["keep filled", "./uploads", "/app/public/uploads", { "uploads/a.png": "x" }],
])("%s: %s on %s of %j", (expected, source, target, tree, more = {}) => {
  expect(outcome(serviceOf(app(bind(source, target, more)), tree))).toBe(expected);
});

test.each<[string, Raw, string]>([
  ["a file", bind("./nginx.conf", "/etc/nginx/nginx.conf"), "there is no nginx.conf in the project"],
  ["a file by its target", bind("./cfg", "/etc/app.yml"), "there is no cfg in the project"],
  [
    "a folder that is not to be made",
    bind("./data", "/data", { bind: { create_host_path: false } }),
    "there is no data in the project",
  ],
])("%s that isn't there is an error with its place", (_, mount, message) => {
  const result = interpreted(app(mount), {});
  expect(result.ok ? [] : result.problems).toMatchObject([
    {
      path: "services.app.volumes[0]",
      message,
      location: { line: 1 },
      hint: expect.stringContaining("") as string,
    },
  ]);
});

test("what one service keeps, every one that mounts it shares", () => {
  const services = {
    app: { image: "x", restart: "always", volumes: [bind("./state", "/state")] },
    web: { image: "x", restart: "always", volumes: [bind("state", "/srv", { read_only: true })] },
    job: {
      build: { context: "." },
      restart: "no",
      volumes: [bind("./state/deep", "/deep", { read_only: true })],
    },
  };
  const volumes = ["app", "web", "job"].map((name) => serviceOf(services, {}, name).volumes?.[0]);
  expect(volumes).toEqual([
    { volume: "./state", folder: "/@project/state", path: "/state", readOnly: false, begins: "empty" },
    { volume: "./state", folder: "/@project/state", path: "/srv", readOnly: true, begins: "empty" },
    {
      volume: "./state/deep",
      folder: "/@project/state/deep",
      path: "/deep",
      readOnly: true,
      begins: "empty",
    },
  ]);
});

test("a folder that is kept begins with what the project has there, by way of the image", () => {
  const { image, volumes } = serviceOf(app(bind("./pg", "/var/lib/postgresql/data")), {
    "pg/PG_VERSION": "16",
  });
  const [volume] = volumes ?? [];
  const from = typeof volume?.begins === "object" ? volume.begins.from : "";
  expect(image).toMatchObject({
    kind: "build",
    build: { dockerfile: { mounts: [{ path: "pg", target: from }] } },
  });
});

test("a built image gets what its service mounts, wherever that lies", () => {
  const build = { context: "app", dockerfile: "Dockerfile" };
  const volumes = [
    bind("./app", "/srv"),
    bind("./cfg", "/etc/nginx/conf.d", { read_only: true }),
    { type: "volume", target: "/srv/node_modules" },
    bind("./cfg/a.conf", "/srv/etc/a.conf", { read_only: true }),
  ];
  const tree = { "app/main.py": "x", "cfg/a.conf": "x" };
  const { image } = serviceOf({ app: { build, restart: "always", volumes } }, tree);
  expect(image).toMatchObject({
    build: {
      context: "app",
      dockerfile: "app/Dockerfile",
      mounts: [
        { path: "app", target: "/srv", except: ["etc/a.conf", "node_modules"] },
        { path: "cfg", target: "/etc/nginx/conf.d" },
        { path: "cfg/a.conf", target: "/srv/etc/a.conf" },
      ],
    },
  });
});

test("no folder of the project has a name on EFS that is too long, hidden, or another folder's", () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-z0-9._-]{1,60}$/),
    fc.constantFrom("data", "é ü", ".hidden", "a b"),
  );
  const path = fc.array(name, { minLength: 1, maxLength: 7 }).map((parts) => parts.join("/"));
  const usable = path.filter((each) => !each.split("/").some((part) => /^\.*$/.test(part) || part === ""));
  fc.assert(
    fc.property(fc.uniqueArray(usable, { minLength: 1, maxLength: 5 }), (paths) => {
      const volumes = paths.map((each, index) => bind(`./${each}`, `/v/${index}`));
      const result = interpreted(app(...volumes), {});
      if (!result.ok) {
        for (const { message } of result.problems) expect(message).toMatch(/^there is no /);
        return;
      }
      const [service] = result.project.services as readonly ContainerService[];
      const folders = (service?.volumes ?? []).map(({ folder }) => folder);
      for (const folder of folders) expect(folder).toMatch(/^(?=.{1,100}$)\/@project(\/(?!\.)[^/]+){1,3}$/);
      expect(new Set(folders).size).toBe(paths.length);
    }),
  );
});

describe("volumes by the options of their driver", () => {
  const declared = (driver_opts: Raw): Raw => ({
    volumes: { v: { name: "demo_v", driver: "local", driver_opts } },
  });
  const mounted = app({ type: "volume", source: "v", target: "/v" });

  test("a tmpfs is a folder in memory", () => {
    const { tmpfs, volumes } = serviceOf(
      mounted,
      {},
      "app",
      declared({ type: "tmpfs", device: "tmpfs", o: "size=64m,uid=1000" }),
    );
    expect(volumes).toBeUndefined();
    expect(tmpfs).toMatchObject([{ path: "/v", size: 64 }]);
    expect(tmpfs?.[0]?.options).toContain("uid=1000");
  });

  test("one in memory is no service's but its own", () => {
    const two = { ...mounted, web: mounted["app"] };
    const result = interpreted(two, {}, declared({ type: "tmpfs", o: "size=64m" }));
    const told = result.ok ? result.project.warnings.map(({ message }) => message) : [];
    expect(told).toContainEqual(expect.stringMatching(/of its own in memory: app, web share nothing/));
  });

  test("a bind is a bind mount", () => {
    const options = declared({ type: "none", o: "bind", device: "./data" });
    expect(serviceOf(mounted, {}, "app", options).volumes).toMatchObject([{ volume: "./data", path: "/v" }]);
  });

  test("another one is an error", () => {
    const result = interpreted(mounted, {}, declared({ type: "nfs", o: "addr=10.0.0.1", device: ":/x" }));
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual(["volumes.v.driver_opts"]);
  });
});

describe("configs", () => {
  const config = (target: string): Raw => ({
    app: { image: "x", restart: "always", configs: [{ source: "c", target }] },
  });
  test.each<[string, Raw, string, boolean]>([
    ["a file in a folder of the system", { file: "./app.yaml" }, "/app.yaml", true],
    ["a text in a folder of the system", { content: "a: 1" }, "/etc/app.yaml", true],
    ["a large file", { file: "./large" }, "/srv/app/large", true],
    ["a file that is no text", { file: "./store" }, "/srv/app/store", true],
    ["a file in a folder of its own", { file: "./app.yaml" }, "/srv/app/app.yaml", false],
  ])("%s", (_, c, target, baked) => {
    const tree = { "app.yaml": "a: 1", large: "x".repeat(9_000), store: "\uFFFD\0" };
    const service = serviceOf(config(target), tree, "app", { configs: { c: { name: "demo_c", ...c } } });
    const path = "file" in c ? String(c["file"]).slice(2) : "";
    const mount = { target, path, ...(path === "" ? { text: "a: 1" } : {}) };
    if (baked) expect(service.image).toMatchObject({ build: { dockerfile: { mounts: [mount] } } });
    else expect(service.files).toHaveLength(1);
    expect(service.image.kind).toBe(baked ? "build" : "reference");
  });
});
