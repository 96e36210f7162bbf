/** TypeScript programs of the tests as processes of their own. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const cache = join(__dirname, "../../node_modules/.cache/berth-tests");

/**
 * Bundles a program; packages stay outside.
 *
 * @param define - what the build would set (`src/version.ts`), each a JavaScript expression
 * @returns the path of the JavaScript file
 */
export async function bundle(source: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const outfile = join(cache, `${basename(source, ".ts")}-${process.pid}.js`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: "node",
    packages: "external",
    define,
    logLevel: "error",
  });
  return outfile;
}

/** Runs a program with Node and waits for its end. Rejects where its exit code isn't 0. */
export async function runProgram(
  source: string,
  ...args: readonly string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(process.execPath, [await bundle(source), ...args]);
}
