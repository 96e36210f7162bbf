/** A kind of store is a row: what has to answer for a new one, the compiler names. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { storeRows, stores } from "../../../src/stores";

const root = join(__dirname, "../../..");

/** Files that do not compile once the model has a kind more, and nothing else is said of it. */
function unanswered(): readonly string[] {
  const file = join(root, "tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    dirname(file),
  );
  const model = join(root, "src/model/project.ts");
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const parse = host.getSourceFile.bind(host);
  const text = readFileSync(model, "utf8").replace(
    "export type StoreService =",
    'export interface GhostService extends ServiceCommon { readonly kind: "ghost"; readonly version: string; readonly tls?: StoreTls; readonly fromSnapshot?: string; readonly allowDowntime?: boolean; readonly replicas?: number; readonly extendedSupport?: boolean }\nexport type StoreService = GhostService |',
  );
  host.readFile = (path) => (path === model ? text : read(path));
  host.getSourceFile = (path, version, ...more) =>
    path === model ? ts.createSourceFile(path, text, version, true) : parse(path, version, ...more);
  const program = ts.createProgram(
    [join(root, "src/main.ts"), join(root, "src/berth.ts"), join(root, "stacks/project.ts")],
    { ...options, noEmit: true },
    host,
  );
  const found = ts
    .getPreEmitDiagnostics(program)
    .flatMap(({ file: at }) => (at === undefined ? [] : [at.fileName]));
  return [...new Set(found.map((path) => relative(root, path)))].sort();
}

test("a kind without its row, its reader, its component and its answers does not compile", () => {
  expect(unanswered()).toEqual([
    "src/app/data/store-losses.ts",
    "src/components/alerts/alarms.ts",
    "src/components/stores/stores.ts",
    "src/interpret/index.ts",
    "src/launcher/connect/client.ts",
    "src/stores/images.ts",
    "src/stores/index.ts",
    "src/stores/limits.ts",
    "src/stores/parameters.ts",
    "src/stores/support-notices.ts",
    "src/stores/tls.ts",
  ]);
});

test("every row is found under its own kind, and no two share a key or an engine", () => {
  for (const [kind, row] of Object.entries(stores)) expect(row.kind).toBe(kind);
  const keys = storeRows.flatMap((row) => row.keys);
  const engines = storeRows.flatMap((row) => Object.keys(row.engines));
  expect([new Set(keys).size, new Set(engines).size]).toEqual([keys.length, engines.length]);
});
