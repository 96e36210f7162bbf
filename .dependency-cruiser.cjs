/**
 * The rooms of `src/` and what each may import, by name. One direction: a room imports only rooms of rows above its own.
 * What lies loose in `src/` is open to all; an entry point is imported by nobody.
 */
const loose = "^src/(errors|log|version|defined|nearest|partitions|utf8)\\.ts$";

/** Each room with the rooms that it may import. */
const rooms = {
  "command-line": [],
  compose: [],
  autobuild: [],
  model: ["compose"],
  dockerfile: ["model"],
  stores: ["model"],
  modes: ["model"],
  images: ["model"],
  interpret: ["autobuild", "compose", "dockerfile", "images", "model", "modes", "stores"],
  "json-schema": ["compose", "interpret", "model", "modes", "stores"],
  ports: ["model", "modes"],
  registry: ["model", "ports"],
  settings: ["command-line", "model", "modes", "ports"],
  archive: ["model", "ports"],
  tasks: ["ports"],
  builds: ["archive", "autobuild", "compose", "dockerfile", "model", "ports", "tasks"],
  rollout: ["model", "ports", "tasks"],
  sites: ["archive", "model", "ports"],
  app: [
    "archive",
    "builds",
    "compose",
    "images",
    "interpret",
    "model",
    "modes",
    "ports",
    "rollout",
    "settings",
    "sites",
    "stores",
  ],
  components: ["model", "modes", "ports", "stores"],
  engine: ["ports", "stores"],
  simulator: ["archive", "engine", "ports", "stores"],
  aws: ["model", "ports", "stores"],
  report: ["model", "ports", "settings", "stores"],
  wiring: ["aws", "engine", "model", "ports", "registry", "settings", "simulator"],
  launcher: [
    "app",
    "archive",
    "autobuild",
    "command-line",
    "compose",
    "interpret",
    "json-schema",
    "model",
    "modes",
    "ports",
    "report",
    "settings",
    "stores",
    "wiring",
  ],
  cli: [
    "app",
    "archive",
    "builds",
    "engine",
    "launcher",
    "model",
    "ports",
    "report",
    "rollout",
    "settings",
    "simulator",
    "sites",
    "tasks",
    "wiring",
  ],
};

for (const [index, [room, imported]] of Object.entries(rooms).entries()) {
  const above = Object.keys(rooms).slice(0, index);
  const back = imported.filter((name) => !above.includes(name));
  if (back.length > 0) throw new Error(`${room} may not import ${back.join(", ")}: no row above its own`);
}

const paths = (names) => names.map((name) => `^src/${name}/`);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, imported]) => ({
      name: `${room}-imports`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: {
        path: "^(src|stacks)/",
        pathNot: [
          `^src/${room}/`,
          loose,
          ...paths(imported),
          ...(room === "wiring" ? ["^stacks/project\\.ts$"] : []),
        ],
      },
    })),
    {
      name: "stacks-imports",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^src/", pathNot: [loose, ...paths(["components", "model", "modes", "ports", "stores"])] },
    },
    {
      name: "a-file-has-a-room",
      severity: "error",
      from: {},
      to: { path: "^src/[^/]+\\.ts$", pathNot: loose },
    },
    {
      name: "a-room-has-a-row",
      severity: "error",
      from: { path: "^src/", pathNot: [...paths(Object.keys(rooms)), "^src/[^/]+\\.ts$"] },
      to: {},
    },
    {
      name: "entry-points",
      severity: "error",
      from: {},
      to: { path: "^src/(main|berth|simulator/main)\\.ts$" },
    },
    { name: "tests-stay-out", severity: "error", from: { path: "^(src|stacks)/" }, to: { path: "^test/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
