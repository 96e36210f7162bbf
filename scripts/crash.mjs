// npm run crash -- [--count N] [--seed N] [--world simulator|real] [--how kill|signal] [--verbose]: the built berth-cd,
// killed or told to end at random moments. Without a world or a way: all that this machine can do, 200 kills and 50
// signals in each.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, prepare, root } from "./setup.mjs";

prepare();
const { build } = await import("esbuild");
const folder = join(root, "node_modules", ".cache", "berth-tests");
mkdirSync(folder, { recursive: true });
const outfile = join(folder, "crash.cjs");
await build({
  absWorkingDir: root,
  entryPoints: ["test/support/crash/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  packages: "external",
  // Where the built programs are looked for, from.
  define: { __dirname: JSON.stringify(join(root, "test", "support")) },
  logLevel: "warning",
});

const given = process.argv.slice(2);
const has = (option) => given.some((argument) => argument.startsWith(option));
const hasPulumi = spawnSync("pulumi", ["version"], { env: childEnvironment() }).status === 0;
const worlds = has("--world")
  ? [[]]
  : [["--world", "simulator"], ...(hasPulumi ? [["--world", "real"]] : [])];
const ways = has("--how")
  ? [[]]
  : [
      ["--how", "kill"],
      ["--how", "signal"],
    ];
if (!has("--world") && !hasPulumi) console.error("The real engine is left out: no pulumi on the PATH");
let failed = false;
for (const world of worlds) {
  for (const way of ways) {
    const run = spawnSync("node", [outfile, ...world, ...way, ...given], {
      stdio: "inherit",
      env: childEnvironment(),
    });
    failed ||= run.status !== 0;
  }
}
process.exitCode = failed ? 1 : 0;
