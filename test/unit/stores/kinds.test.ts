/** A kind of store is a row: what has to answer for a new one, the compiler names. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { storeRows, stores, storeTypes } from "../../../src/stores";
import { dataTypes } from "../../../src/stores/data-types";
import { engineNames } from "../../../src/stores/differences";

const root = join(__dirname, "../../..");

/** A kind of store, a type of resource that holds one, and an engine, each in the text of its file. */
const ghosts = [
  [
    "src/model/project.ts",
    "export type StoreService =",
    'export interface GhostService extends ServiceCommon { readonly kind: "ghost"; readonly version: string; readonly tls?: StoreTls; readonly fromSnapshot?: string; readonly allowDowntime?: boolean; readonly replicas?: number; readonly extendedSupport?: boolean }\nexport type StoreService = GhostService |',
  ],
  ["src/stores/data-types.ts", "  files:", '  ghost: "aws:ghost/ghost:Ghost",\n  files:'],
  ["src/stores/differences/row.ts", "engineNames = [", 'engineNames = ["ghost", '],
] as const;

/** AWS's resources and calls, nine tenths of what TypeScript would read: no table of stores has its types of them. */
const leftOut = /^@(pulumi|aws-sdk)\//;

/** Files that do not compile once there are a kind and a type of resource more, and nothing else is said of them. */
function unanswered(): readonly string[] {
  const file = join(root, "tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    dirname(file),
  );
  const texts = new Map(
    ghosts.map(([file, before, after]) => {
      const text = readFileSync(join(root, file), "utf8");
      expect(text).toContain(before);
      return [join(root, file), text.replace(before, after)];
    }),
  );
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const parse = host.getSourceFile.bind(host);
  host.readFile = (path) => texts.get(path) ?? read(path);
  host.getSourceFile = (path, version, ...more) => {
    const text = texts.get(path);
    return text === undefined
      ? parse(path, version, ...more)
      : ts.createSourceFile(path, text, version, true);
  };
  const resolved = ts.createModuleResolutionCache(root, (name) => name, options);
  host.resolveModuleNameLiterals = (names, from) =>
    names.map(({ text }) =>
      leftOut.test(text)
        ? { resolvedModule: undefined }
        : ts.resolveModuleName(text, from, options, host, resolved),
    );
  const program = ts.createProgram(
    [join(root, "src/main.ts"), join(root, "src/berth.ts"), join(root, "stacks/project.ts")],
    { ...options, noEmit: true },
    host,
  );
  // What is left out makes errors of its own, which know no ghost.
  const found = ts
    .getPreEmitDiagnostics(program)
    .flatMap(({ file: at, messageText }) =>
      at !== undefined && /ghost/i.test(ts.flattenDiagnosticMessageText(messageText, "\n"))
        ? [at.fileName]
        : [],
    );
  return [...new Set(found.map((path) => relative(root, path)))].sort();
}

test("a kind without its row, its reader, its component and its answers does not compile", () => {
  expect(unanswered()).toEqual([
    "src/app/data/store-losses.ts",
    "src/app/resolve-stores.ts",
    "src/aws/estate/network-reader.ts",
    "src/aws/estate/store-reader.ts",
    "src/aws/estate/store-snapshots.ts",
    "src/components/alerts/alarms.ts",
    "src/components/stores/stores.ts",
    "src/interpret/store.ts",
    "src/launcher/connect/client.ts",
    "src/launcher/doctor/first-day.ts",
    "src/report/cost/cost.ts",
    "src/stores/images.ts",
    "src/stores/index.ts",
    "src/stores/init-scripts.ts",
    "src/stores/limits.ts",
    "src/stores/parameters.ts",
    "src/stores/support.ts",
    "src/stores/tls.ts",
  ]);
});

test("every row is found under its own kind, and no two share a key or an engine", () => {
  for (const [kind, row] of Object.entries(stores)) expect(row.kind).toBe(kind);
  const keys = storeRows.flatMap((row) => row.keys);
  const engines = storeRows.flatMap((row) => Object.keys(row.engines));
  expect([new Set(keys).size, new Set(engines).size]).toEqual([keys.length, engines.length]);
  expect(engines.sort()).toEqual([...engineNames].sort());
  expect([...storeTypes, dataTypes.files].sort()).toEqual(Object.values(dataTypes).sort());
});
