/** Runs of the built `berth-cd` that are killed, or told to end, at a moment of their life. */
import { execFileSync, type ChildProcess } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { program, type Finished } from "../program";
import type { CrashWorld } from "./worlds";

/** What befalls a run. */
export interface Blow {
  readonly signal: "SIGKILL" | "SIGTERM" | "SIGINT";
  /** Milliseconds after its start. */
  readonly after: number;
  /** With everything that it started, as the end of a container or a machine; else its Node process alone. */
  readonly whole?: boolean;
}

export interface Run extends Finished {
  readonly milliseconds: number;
}

/** One command to its end, by itself or by a blow. */
export async function berthCd(world: CrashWorld, argv: readonly string[], blow?: Blow): Promise<Run> {
  const started = Date.now();
  let child: ChildProcess | undefined;
  const ended = program("berth-cd", [...argv, ...world.flags, "project"], {
    cwd: world.folder,
    env: world.env,
    started: (process) => {
      child = process;
    },
  });
  const over = new AbortController();
  const struck =
    blow === undefined
      ? Promise.resolve()
      : wait(blow.after, undefined, { signal: over.signal }).then(
          () => {
            strike(child?.pid ?? 0, blow);
          },
          () => undefined,
        );
  const finished = await ended;
  over.abort();
  await struck;
  return Object.assign(finished, { milliseconds: Date.now() - started });
}

function strike(pid: number, { signal, whole }: Blow): void {
  // The tree is read before its root is gone: what is left of it belongs to nobody then.
  const pids = whole === true ? [pid, ...descendants(pid)] : [pid];
  for (const one of pids) {
    try {
      process.kill(one, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function descendants(root: number): readonly number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const below = (parent: number): void => {
    for (const [pid = 0, ppid] of rows) {
      if (ppid !== parent) continue;
      found.push(pid);
      below(pid);
    }
  };
  below(root);
  return found;
}
