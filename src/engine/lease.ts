/** Who holds a stack: what Pulumi's lock says, from the CLI's refusal. */
import { BerthError, type Problem } from "../errors";
import type { StackIdentity } from "../ports";

/** The owner of a lock. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

const lockLine = /created by ([^@\s]*)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** The owners that the CLI's words name; none where it doesn't speak of a lock. */
export function lockOwners(text: string): readonly LockOwner[] {
  return [...text.matchAll(lockLine)].map(([, user = "", host = "", pid = "", since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since,
  }));
}

/** The refusal of a run because another holds the stack: who, since when, and the command that breaks its lock. */
export function lockedError(stack: StackIdentity, text: string, cause: unknown): BerthError {
  const owners = lockOwners(text);
  const name = `${stack.project}/${stack.stack}`;
  const hint = `wait for it to end; if nothing runs any more: berth-cd cancel`;
  const problems: readonly Problem[] = owners.map((owner) => ({
    path: name,
    message: `the stack is locked by ${owner.user}@${owner.host} (process ${owner.pid}) since ${owner.since}`,
    hint,
  }));
  return new BerthError(
    "locked",
    problems.length > 0 ? problems : { path: name, message: "the stack is locked by another run", hint },
    { cause },
  );
}
