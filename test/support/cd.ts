/** Runs `berth-cd`'s code in this process, with its real dependencies, and keeps what it writes. */
import { realDeps } from "../../src/adapters";
import type { Deps } from "../../src/app/deps";
import { run } from "../../src/cd";
import type { Result } from "../../src/result";
import type { Settings } from "../../src/settings";

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
  const signal = options.signal ?? new AbortController().signal;
  const code = await run(argv, options.env ?? {}, options.cwd ?? process.cwd(), output, (settings) => {
    const real = realDeps(settings, output, signal);
    return options.deps?.(real, settings) ?? real;
  });
  return {
    ...written,
    code,
    get result() {
      return JSON.parse(written.stdout) as Result;
    },
  };
}
