/** Ctrl-C as the usual end of a command that would not end by itself. */
import type { Launcher } from "./launcher";

/** The exit code of a program that SIGINT ended: 128 + 2. */
const interrupted = 130;

/**
 * Does something until it ends or Ctrl-C is pressed, which ends it without a word; a second one ends the process.
 *
 * @param work - is given a signal that Ctrl-C aborts, and SIGTERM too
 * @returns the work's exit code, or 130 after Ctrl-C
 */
export async function interruptible(
  launcher: Launcher,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const release = launcher.onInterrupt(() => {
    release();
    stop.abort("SIGINT");
  });
  try {
    const code = await work(AbortSignal.any([launcher.signal, stop.signal]));
    return stop.signal.aborted ? interrupted : code;
  } catch (error) {
    if (stop.signal.aborted) return interrupted;
    throw error;
  } finally {
    release();
  }
}
