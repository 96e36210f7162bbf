// npm run crash -- [--count N] [--seed N] [--world simulator|real|s3] [--how kill|signal|race] [--verbose]: the built
// berth-cd, killed or asked to end at random moments, or ten runs of one stack at once. Without --world or --how: all that
// this machine can do, 200 kills and 50 signals on the simulator and on the real engine, 40 and 10 with a state on S3.
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
  : [
      ["--world", "simulator"],
      ...(hasPulumi
        ? [
            ["--world", "real"],
            ["--world", "s3"],
          ]
        : []),
    ];
const ways = has("--how")
  ? [[]]
  : [
      ["--how", "kill"],
      ["--how", "signal"],
      ["--how", "race"],
    ];
if (!has("--world") && !hasPulumi) console.error("The real engine is left out: no pulumi on the PATH");
let failed = false;
for (const world of worlds) {
  for (const way of ways) {
    // The emulator answers slowly.
    const counts = { kill: ["--count", "40"], signal: ["--count", "10"] };
    const fewer = world[1] === "s3" && !has("--count") ? (counts[way[1]] ?? []) : [];
    const run = spawnSync("node", [outfile, ...world, ...way, ...fewer, ...given], {
      stdio: "inherit",
      env: childEnvironment(),
    });
    failed ||= run.status !== 0;
  }
}
process.exitCode = failed ? 1 : 0;
