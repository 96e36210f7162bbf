// The programs as a file for each room of the sources and for each group of packages, `dist/rooms/ROOM.js`. A room is
// read when a module of it is first used; it holds its modules by their path, each a function that gives its exports.
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { isOfClient, namesOf, namesOfZod, narrowClients } from "./used-parts.mjs";
import { lazyImports, sources } from "./lazy-imports.mjs";
import { leftOut } from "./leave-out.mjs";

/** Packages that are one room: there must be one Pulumi runtime, and an SDK client is read when it is asked. */
const groups = [
  [/\/node_modules\/@pulumi\/(aws|awsx|pulumi)\//, ([, name]) => `pulumi-${name}`],
  [/\/node_modules\/(?:@grpc\/|@opentelemetry\/|google-protobuf\/)/, () => "pulumi-pulumi"],
  [
    /\/node_modules\/@aws-sdk\/(client-[\w-]+|lib-storage|s3-request-presigner)\//,
    ([, name]) => `aws-${name}`,
  ],
  [/\/node_modules\/(?:@aws-sdk|@aws-crypto|@aws|@smithy)\//, () => "aws-sdk"],
];

/**
 * Rooms in which somebody asks functions for their names (`constructor.name`), so that a name has to survive another one of
 * its kind in the room. Elsewhere a definition for each function would cost a twentieth of a start.
 */
const named = /^(?:aws|pulumi)-/;

/** The first things that a program runs: they are in its own file. */
const entry = /\/src\/(?:main|berth|cli\/(?:start|rooms))\.ts$/;

/**
 * The room of a module.
 *
 * @param from - the room that asks for it: packages that are in no group are in the room of who uses them
 * @param importer - the path of who asks for it
 */
function roomOf(path, from, importer) {
  if (path.includes("/node_modules/")) {
    for (const [pattern, name] of groups) {
      const found = pattern.exec(path);
      if (found !== null) return name(found);
    }
    if (!sources.test(importer)) return from;
    const package_ = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    return package_.replace("@", "").replace("/", "-");
  }
  if (entry.test(path) || !sources.test(path)) return from;
  const [first, second, third] = path.slice(path.search(/\/(?:src|stacks)\//) + 1).split("/");
  if (first === "stacks") return "stacks";
  if (second.endsWith(".ts")) return "base";
  return third.endsWith(".ts") ? second : `${second}-${third}`;
}

/**
 * Builds the programs.
 *
 * @param root - the folder of the sources
 * @param programs - source files by the names of the programs
 * @param options - esbuild's, for every file
 * @returns the paths of all that is in the files, relative to `root`
 */
export async function buildRooms(root, programs, options) {
  const common = { absWorkingDir: root, bundle: true, logLevel: "warning", ...options };
  const kept = [narrowClients(root), ...leftOut, lazyImports];
  const whole = await build({
    ...common,
    entryPoints: programs,
    outdir: "dist",
    write: false,
    metafile: true,
    plugins: [asImported, ...kept],
  });
  const wanted = wantedOf(whole.metafile, root, Object.values(programs));
  const clients = clientsOf(whole.metafile, root);
  await Promise.all([
    ...Object.entries(programs).map(([name, path]) =>
      build({
        ...common,
        entryPoints: { [name]: path },
        outdir: "dist",
        plugins: [betweenRooms(root, name, fromProgram(root)), ...kept],
      }),
    ),
    ...[...wanted].map(([room, paths]) =>
      build({
        ...common,
        stdin: { contents: contentsOf(root, [...paths].sort(), clients), resolveDir: root, loader: "js" },
        outfile: `dist/rooms/${room}.js`,
        keepNames: named.test(room),
        plugins: [betweenRooms(root, room, (to) => `require("./${to}.js")`), ...kept],
      }),
    ),
  ]);
  return Object.keys(whole.metafile.inputs);
}

const zod = "node_modules/zod/index.js";

/** @param clients - of each client its names that are asked for: it is the whole room, and the rest of it falls away */
function contentsOf(root, paths, clients) {
  const [path] = paths;
  const names = path === zod ? namesOfZod(root) : clients.get(path);
  if (names !== undefined && paths.length === 1) {
    // A name may be a reserved word: `enum`.
    const imported = names.map((name) => `${name} as of_${name}`).join(", ");
    const all = `{ ${names.map((name) => `${name}: of_${name}`).join(", ")} }`;
    return `import { ${imported} } from ${JSON.stringify(`./${path}`)};
      const all = ${path === zod ? `{ z: ${all} }` : all};
      const used = Object.defineProperty(all, "__esModule", { value: true });
      const room = () => used;
      export { room as ${JSON.stringify(path)} };`;
  }
  const members = paths.map(
    (each) => `${JSON.stringify(each)}: () => require(${JSON.stringify(`./${each}`)})`,
  );
  return `module.exports = {${members.join(",\n")}};`;
}

function clientsOf({ inputs }, root) {
  const importers = new Map();
  for (const [importer, { imports }] of Object.entries(inputs)) {
    for (const { path } of imports)
      if (isOfClient(join(root, path)) && path.endsWith("/dist-es/index.js"))
        importers.set(path, [...(importers.get(path) ?? []), importer]);
  }
  return new Map([...importers].map(([path, all]) => [path, namesOf(root, path, all)]));
}

/** The modules of each room that other rooms ask for. */
function wantedOf({ inputs }, root, programs) {
  const wanted = new Map();
  const seen = new Set();
  const visit = (room, path) => {
    const key = `${room}\0${path}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const { path: imported, kind, external } of inputs[path]?.imports ?? []) {
      if (external || inputs[imported] === undefined) continue;
      const from = resolve(root, path);
      const to =
        kind === "import-statement" && !isOfClient(from) ? room : roomOf(resolve(root, imported), room, from);
      if (to !== room) wanted.set(to, (wanted.get(to) ?? new Set()).add(imported));
      visit(to, imported);
    }
  };
  for (const program of programs) visit("", program);
  return wanted;
}

/** A package's module for `import`, not the one for `require`: it is one package, with one set of modules. */
async function resolved(esbuild, { path, kind, importer, resolveDir }) {
  const known = kind === "require-call" && sources.test(importer) ? "import-statement" : kind;
  return esbuild.resolve(path, { kind: known, importer, resolveDir, pluginData: "resolved" });
}

const asImported = {
  name: "as-imported",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, (asked) =>
      asked.pluginData === "resolved" || !sources.test(asked.importer) ? undefined : resolved(esbuild, asked),
    );
  },
};

/** How a program's own file reads a room. */
const fromProgram = (root) => (to) =>
  `require(${JSON.stringify(join(root, "src/cli/rooms.ts"))}).readRoom(__dirname + "/rooms/${to}.js")`;

/** Another room's module is taken from that room. @param read - the expression that gives a room */
function betweenRooms(root, room, read) {
  return {
    name: "between-rooms",
    setup(esbuild) {
      const namespace = "other-room";
      esbuild.onResolve({ filter: /./ }, async (asked) => {
        const { kind, importer, pluginData } = asked;
        if (
          pluginData === "resolved" ||
          (kind !== "require-call" && !(kind === "import-statement" && isOfClient(importer))) ||
          importer === "" ||
          asked.namespace === namespace
        )
          return undefined;
        if (importer.endsWith("<stdin>")) return undefined;
        const found = await resolved(esbuild, asked);
        if (found.errors.length > 0 || found.external || found.namespace !== "file") return found;
        const to = roomOf(found.path, room, importer);
        if (to === room) return kind === "import-statement" ? undefined : found;
        return { path: `${to}:${relative(root, found.path)}.cjs`, namespace };
      });
      esbuild.onResolve({ filter: /^\.\//, namespace }, ({ path }) => ({ path, external: true }));
      esbuild.onLoad({ filter: /./, namespace }, ({ path: asked }) => {
        const [, to, path] = /^([^:]+):(.*)\.cjs$/.exec(asked);
        return { contents: `module.exports = ${read(to)}[${JSON.stringify(path)}]();`, resolveDir: root };
      });
    },
  };
}
