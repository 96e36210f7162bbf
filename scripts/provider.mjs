// npm run provider -- [options]: what Berth declares, through the real terraform-provider-aws (test/provider/main.ts).
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, install, root } from "./setup.mjs";

install();
const { build } = await import("esbuild");
const folder = join(root, "node_modules", ".cache", "berth-tests");
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "provider.cjs");
await build({
  absWorkingDir: root,
  entryPoints: ["test/provider/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  packages: "external",
  // Where the projects and the emulator are looked for, from.
  define: { __dirname: JSON.stringify(join(root, "test", "provider")) },
  logLevel: "warning",
});
const run = spawnSync("node", [outfile, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: childEnvironment(),
});
process.exitCode = run.status ?? 1;
