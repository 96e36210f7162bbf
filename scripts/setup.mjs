// What every command of this project needs first: the dependencies, at the lockfile's versions, and a built dist/.
// Only Node's own modules here: this runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
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

/** Runs commands side by side, each to its end, with what they say on stderr; ends this process where one fails. */
export async function mustRunAll(commands) {
  const codes = await Promise.all(
    commands.map(async ([command, ...args]) => {
      const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, 2], env: childEnvironment() });
      const [code] = await once(child, "close");
      return code ?? 1;
    }),
  );
  const failed = codes.find((code) => code !== 0);
  if (failed !== undefined) process.exit(failed);
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
