// What every command of this project needs first: the dependencies, at the lockfile's versions, and a built dist/.
// Only Node's own modules here: this runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".berth-installed");

/** The environment of a child: the lockfile's Node comes first on PATH, wherever the command was started. */
export function childEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    ...extra,
  };
}

/** Runs a command to its end with our terminal; ends this process with its code where it fails. */
export function mustRun(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", env: childEnvironment(), ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** Installs the dependencies where they are missing or the lockfile has changed. */
export function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing the dependencies …");
  mustRun("npm", ["ci", "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] });
  writeFileSync(stamp, wanted);
}

/** Installs and builds. */
export function prepare() {
  install();
  console.error("Building …");
  mustRun("node", ["scripts/build.mjs"], { stdio: ["ignore", 2, 2] });
}
