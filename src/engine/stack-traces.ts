/**
 * Stack traces while a program runs. Pulumi's SDK takes one for each of its promises (`debuggablePromise` of
 * `runtime/debuggable.js`), of use only to somebody who debugs the SDK itself: half of the time of a large preview.
 */
import type { Logger } from "../log";

/** Work under way in which errors take none, and the limit before the first of it. */
const without = { count: 0, limit: Error.stackTraceLimit };

/**
 * Runs a program, or what runs one, while errors take no stack traces: the limit is one of the process. BerthErrors take
 * theirs all the same, and so does every error where the log takes debug messages. When the last such work has ended, in
 * whatever way, the limit is what it was.
 */
export async function withoutStackTraces<T>(log: Logger | undefined, work: () => Promise<T>): Promise<T> {
  if (log?.isLevelEnabled("debug") === true) return work();
  if (without.count === 0) {
    without.limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
  }
  without.count += 1;
  try {
    return await work();
  } finally {
    without.count -= 1;
    if (without.count === 0) Error.stackTraceLimit = without.limit;
  }
}

/** Logs where in the code an error was thrown: what the user reads of it is its message. */
export function logStackTrace(log: Logger | undefined, error: unknown): void {
  if (error instanceof Error && error.stack !== undefined) log?.debug(error.stack);
}
