/** Runs a built program of `dist/` as a process. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../src/report/result";

export interface Finished {
  /** The exit code; 128+n where signal n ended it without one. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly result: Result;
}

export interface ProgramOptions {
  /** The whole environment, `PATH` apart. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where the built programs lie. @default `dist/` */
  readonly dist?: string;
  /** Sees the process when it has started. */
  readonly started?: (child: ChildProcess) => void;
}

/** The path of a built program. @param dist - where they lie. @default `dist/` */
export function builtProgram(name: string, dist = join(__dirname, "../../dist")): string {
  const path = join(dist, `${name}.js`);
  if (!existsSync(path)) throw new Error(`${path} is not built: npm run build`);
  return path;
}

/** @param name - `berth-cd`, `berth` or `simulated-aws` */
export function program(
  name: string,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<Finished> {
  const path = builtProgram(name, options.dist);
  const child = spawn(process.execPath, [path, ...argv], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.stderr += text));
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({
        code,
        signal,
        ...written,
        get result() {
          return JSON.parse(written.stdout) as Result;
        },
      });
    });
  });
}
