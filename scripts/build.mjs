// Builds the programs into dist/: a file for each, and the rooms that they read (`build/rooms.mjs`).
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { leftOut, neverAsked } from "./build/leave-out.mjs";
import { buildRooms } from "./build/rooms.mjs";
import { thirdParties } from "./third-parties.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** A digest of the sources and of the dependencies' versions: what distinguishes two builds of one version. */
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
const options = {
  platform: "node",
  target: "node20",
  format: "cjs",
  // A file is loaded by require: no second module system at start-up.
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
  external: neverAsked,
};
const inputs = await buildRooms(root, { "berth-cd": "src/main.ts", berth: "src/berth.ts" }, options);
await build({
  absWorkingDir: root,
  bundle: true,
  logLevel: "warning",
  ...options,
  // Each a file of its own: they are loaded by others.
  entryPoints: {
    "simulated-aws": "src/simulator/main.ts",
    code: "src/cli/code.ts",
    archive: "src/archive/index.ts",
    // The loader as a library: what package.json exports as "./compose".
    compose: "src/compose/index.ts",
  },
  outdir: "dist",
  plugins: leftOut,
});
writeFileSync(join(root, "dist", "THIRD-PARTY-LICENSES.txt"), thirdParties(root, inputs));
await writeSchema();
for (const program of ["berth-cd", "berth", "simulated-aws"])
  chmodSync(join(root, "dist", `${program}.js`), 0o755);
