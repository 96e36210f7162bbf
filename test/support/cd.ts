/** Runs `berth-cd`'s code in this process, with its real dependencies, and keeps what it writes. */
import { setTimeout as wait } from "node:timers/promises";
import { realDeps } from "../../src/cli/adapters";
import type { Deps } from "../../src/app/deps";
import { run } from "../../src/cli/cd";
import { systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { BerthError } from "../../src/errors";
import type { Result } from "../../src/report/result";
import type { Settings } from "../../src/settings/settings";
import "./heap";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The Result, where `--json` was asked for. */
  readonly result: Result;
}

export interface CdOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Changes the real dependencies. */
  readonly deps?: (real: Deps, settings: Settings) => Deps;
  /** Aborted with a BerthError: ends the run with it. */
  readonly signal?: AbortSignal;
}

/** One command; `env` is the whole environment. */
export async function cd(argv: readonly string[], options: CdOptions = {}): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const output = {
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
  };
  const ending = new Ending({ ...systemClock, sleep: unreferenced });
  const end = (): void => {
    if (options.signal?.reason instanceof BerthError) ending.end(options.signal.reason);
  };
  if (options.signal?.aborted === true) end();
  options.signal?.addEventListener("abort", end);
  const code = await run(argv, options.env ?? {}, options.cwd ?? process.cwd(), output, (settings) => {
    const real = realDeps(settings, output, ending);
    return { ...real, ...options.deps?.(real, settings) };
  });
  return {
    ...written,
    code,
    get result() {
      return JSON.parse(written.stdout) as Result;
    },
  };
}

/** A wait that keeps no test from its end. */
export function unreferenced(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return wait(milliseconds, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
}
