// npm run crash -- [--count N] [--seed N] [--world simulator|real|s3] [--how kill|signal|race] [--verbose]: the built
// berth-cd, killed or told to end at random moments, or ten runs of one stack at once. Without a world or a way: all that
// this machine can do, 200 kills and 50 signals on the simulator and on the real engine, and the race with a state on S3
// too.
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
  // What is another on S3 is the lease and who takes it; each step writes to the emulator, so that kills take hours.
  for (const way of world[1] === "s3" ? ways.filter(([, name]) => name === "race") : ways) {
    const run = spawnSync("node", [outfile, ...world, ...way, ...given], {
      stdio: "inherit",
      env: childEnvironment(),
    });
    failed ||= run.status !== 0;
  }
}
process.exitCode = failed ? 1 : 0;
