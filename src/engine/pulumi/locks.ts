/**
 * Pulumi's own locks of a stack, files that name the CLI's process. The lease comes before them, so a lock that is found
 * is that of a run which is gone, or of somebody who runs the `pulumi` CLI by hand.
 */
import { hostname } from "node:os";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BerthError, type Problem } from "../../errors";
import type { Clock, LeaseHolder, StackIdentity, TextStore } from "../../ports";
import { startedAt } from "../lease/local-owners";
import { locksFolder } from "./backend";

/** The owner of a lock: the CLI's process. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

const schema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/** A lock's owner; nobody where the text is none of Pulumi's. */
function ownerOf(text: string): LockOwner {
  try {
    const { pid, username, hostname: host, timestamp } = schema.parse(JSON.parse(text));
    return { user: username, host, pid, since: timestamp };
  } catch {
    return { user: "", host: "", pid: 0, since: "" };
  }
}

/**
 * Removes the stack's locks.
 *
 * @param may - whether a lock may be broken. @default every one
 * @returns the owners of those that were, and of those that were left
 */
export async function breakLocks(
  state: TextStore,
  stack: StackIdentity,
  may: (owner: LockOwner) => Promise<boolean> = () => Promise.resolve(true),
): Promise<{ readonly broken: readonly LockOwner[]; readonly left: readonly LockOwner[] }> {
  const broken: LockOwner[] = [];
  const left: LockOwner[] = [];
  const keys = await state.list(locksFolder(stack));
  for (const key of keys.filter((one) => one.endsWith(".json"))) {
    const text = await state.read(key);
    if (text === undefined) continue;
    const owner = ownerOf(text);
    if (await may(owner)) {
      // A file has its attributes beside it, where the backend is a directory.
      await Promise.all(keys.filter((one) => one.startsWith(key)).map((one) => state.remove(one)));
      broken.push(owner);
    } else left.push(owner);
  }
  return { broken, left };
}

/** Milliseconds that a CLI without its program has to end in order, and then at once. */
const orphanEnds = [
  ["SIGINT", 30_000],
  ["SIGKILL", 5_000],
] as const;

/** Milliseconds by which the clock may have been set since. */
const clockSlack = 10_000;

/**
 * Whether a lock's process is provably gone: it is no process of this machine any more, its id is another's by now, or a
 * run that is gone had started it. A CLI that outlived its run is ended: in order first, since it may be deleting.
 *
 * @param after - the runs that are known to be gone
 */
export async function isLockGone(
  owner: LockOwner,
  after: readonly LeaseHolder[],
  clock: Clock,
): Promise<boolean> {
  const since = Date.parse(owner.since);
  const ofDeadRun = after.some((run) => run.host === owner.host && Date.parse(run.since) <= since);
  if (owner.host !== hostname()) return ofDeadRun;
  const isGone = async (): Promise<boolean> => {
    const started = await startedAt(owner.pid);
    return started === undefined || started > since + clockSlack;
  };
  if (await isGone()) return true;
  if (!ofDeadRun || !(await isPulumi(owner.pid))) return false;
  for (const [signal, patience] of orphanEnds) {
    process.kill(owner.pid, signal);
    const until = clock.now() + patience;
    do {
      await clock.sleep(100);
      if (await isGone()) return true;
    } while (clock.now() < until);
  }
  return false;
}

/** Only what is named so is ended. */
async function isPulumi(pid: number): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/comm`, "utf8")).includes("pulumi");
  } catch {
    return false;
  }
}

/** The refusal of a run because a CLI has locked the stack: who, since when, and the command that breaks its lock. */
export function lockedError(stack: StackIdentity, owners: readonly LockOwner[], cause?: unknown): BerthError {
  const path = `${stack.project}/${stack.stack}`;
  const hint = "wait for it to end; if nothing runs any more: berth-cd cancel";
  const problems: readonly Problem[] = owners.map((owner) => ({
    path,
    message: `the stack is locked by the pulumi CLI of ${owner.user}@${owner.host} (process ${owner.pid}) since ${owner.since}`,
    hint,
  }));
  return new BerthError(
    "locked",
    problems.length > 0 ? problems : { path, message: "the stack is locked by another run", hint },
    { cause },
  );
}

const lockLine = /created by ([^@\s]*)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** The owners that the CLI's message names; none where it isn't about a lock. */
export function lockOwners(text: string): readonly LockOwner[] {
  return [...text.matchAll(lockLine)].map(([, user = "", host = "", pid = "", since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since,
  }));
}
