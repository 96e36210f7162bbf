// npm run provider -- [options]: what Berth declares, through the real terraform-provider-aws (test/provider/main.ts).
// npm run record-calls: what the provider asks of AWS, for the test of the account's roles (test/provider/record.ts).
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, install, root } from "./setup.mjs";

const recording = process.argv.includes("--record");

install();
const { build } = await import("esbuild");
const folder = join(root, "node_modules", ".cache", "berth-tests");
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "provider.cjs");
await build({
  absWorkingDir: root,
  entryPoints: [recording ? "test/provider/record.ts" : "test/provider/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  packages: "external",
  // Where the projects and the emulator are looked for, from.
  define: { __dirname: JSON.stringify(join(root, "test", "provider")) },
  logLevel: "warning",
});
const run = spawnSync(
  "node",
  [outfile, ...process.argv.slice(2).filter((argument) => argument !== "--record")],
  {
    stdio: "inherit",
    env: childEnvironment(),
  },
);
process.exitCode = run.status ?? 1;
