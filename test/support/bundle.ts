/** TypeScript programs of the tests as processes of their own. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

/** What the test files of this run share (`run-setup.cjs`). */
export function runFolder(): string {
  const folder = process.env["BERTH_TEST_RUN"];
  if (folder === undefined) throw new Error("jest's globalSetup has not run");
  return folder;
}

/**
 * Bundles a program, once in a run of the tests; packages stay outside.
 *
 * @param define - what the build would set (`src/version.ts`), each a JavaScript expression
 * @returns the path of the JavaScript file
 */
export async function bundle(source: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  const key = createHash("sha256")
    .update(JSON.stringify([resolve(source), define]))
    .digest("hex");
  const outfile = join(runFolder(), `${basename(source, ".ts")}-${key.slice(0, 12)}.js`);
  if (existsSync(outfile)) return outfile;
  const made = `${outfile}.${process.pid}.js`;
  await build({
    entryPoints: [source],
    outfile: made,
    bundle: true,
    platform: "node",
    packages: "external",
    define,
    logLevel: "error",
  });
  // Another test file's may be there meanwhile: each is whole.
  renameSync(made, outfile);
  return outfile;
}

const nodeOptions = ["--require", join(__dirname, "leave-out.cjs")];

/** Node keeps the code that it has compiled of the packages for the run's next program. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(runFolder(), "compiled"),
});

/** Runs a program with Node and waits for its end. Rejects where its exit code isn't 0. */
export async function runProgram(
  source: string,
  ...args: readonly string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const program = await bundle(source);
  return promisify(execFile)(process.execPath, [...nodeOptions, program, ...args], {
    env: environment(),
  });
}
