// Bundles the programs into dist/. Each bundle beside an entry point is loaded only by the commands that need it:
// `runtime` holds Pulumi, `aws` the AWS SDK, `stores` those of its clients that `berth ps` alone uses.
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { thirdParties } from "./third-parties.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** A digest of the sources and of the dependencies' versions: what tells two builds of one version apart. */
function sourceDigest() {
  const hash = createHash("sha256");
  const files = ["src", "stacks"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  for (const file of [...files, join(root, "package-lock.json")].sort()) {
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

/** Source modules that are bundles of their own, by the path that imports them end with. */
const bundles = {
  process: "src/cli/process.ts",
  runtime: "src/wiring/runtime.ts",
  aws: "src/aws/index.ts",
  stores: "src/aws/stores.ts",
  archive: "src/archive/index.ts",
  // The loader as a library: what package.json exports as "./compose".
  compose: "src/compose/index.ts",
};

/** Leaves the bundles' imports standing, as `./runtime.js` and `./aws.js` beside the importing bundle. */
const separateBundles = {
  name: "separate-bundles",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\.{1,2}\/(?:[\w-]+\/)*(process|runtime|aws|stores)$/ }, (found) =>
      found.kind === "dynamic-import"
        ? { path: `./${found.path.split("/").at(-1)}.js`, external: true }
        : undefined,
    );
  },
};

/**
 * Leaves out Pulumi's TypeScript compiler, which serializes closures: no program of ours does. It would be loaded at
 * every start, 32 MB, from a node_modules that nobody puts beside the bundles.
 */
const withoutCompiler = {
  name: "without-compiler",
  setup(esbuild) {
    const namespace = "without-compiler";
    esbuild.onResolve({ filter: /\/typescript-shim$/ }, ({ path }) => ({ path, namespace }));
    esbuild.onLoad({ filter: /./, namespace }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

/** The JSON Schema of compose files, from the tables that the programs read by. */
async function writeSchema() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/json-schema/index.ts"],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  const text = JSON.stringify(module.exports.composeSchema());
  writeFileSync(join(root, "dist", "compose-schema.json"), `${text}\n`);
}

rmSync(join(root, "dist"), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  metafile: true,
  entryPoints: {
    "berth-cd": "src/main.ts",
    berth: "src/launcher/main.ts",
    "simulated-aws": "src/simulator/main.ts",
    ...bundles,
  },
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // A bundle is loaded by require: no second module system at start-up.
  supported: { "dynamic-import": false },
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: "none",
  define: {
    BERTH_VERSION: JSON.stringify(manifest.version),
    BERTH_BUILD: JSON.stringify(sourceDigest()),
    BERTH_IMAGE: JSON.stringify(manifest.berth.image),
    BERTH_BOOTSTRAP_TEMPLATE: JSON.stringify(readFileSync(join(root, "stacks/bootstrap.yaml"), "utf8")),
  },
  // Pulumi asks for these only to serialize closures, which no program of ours does.
  external: ["typescript", "ts-node", "node-gyp/bin/node-gyp.js"],
  plugins: [separateBundles, withoutCompiler],
  logLevel: "warning",
});
writeFileSync(
  join(root, "dist", "THIRD-PARTY-LICENSES.txt"),
  thirdParties(root, Object.keys(metafile.inputs)),
);
await writeSchema();
for (const program of ["berth-cd", "berth", "simulated-aws"])
  chmodSync(join(root, "dist", `${program}.js`), 0o755);
