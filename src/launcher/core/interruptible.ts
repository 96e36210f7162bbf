/** Ctrl-C as the usual end of a command that would not end by itself. */
import type { Launcher } from "./launcher";

/** The exit code of a program that SIGINT ended: 128 + 2. */
const interrupted = 130;

/**
 * Does something until it ends or Ctrl-C is pressed, which asks it to end, without a message. A second Ctrl-C waits for
 * it no longer.
 *
 * @param work - is given a signal that Ctrl-C aborts, and SIGTERM too
 * @returns the work's exit code, or 130 after Ctrl-C
 */
export async function interruptible(
  launcher: Launcher,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const { promise: left, resolve: leave } = Promise.withResolvers<number>();
  const release = launcher.onInterrupt(() => {
    if (stop.signal.aborted) leave(interrupted);
    else stop.abort("SIGINT");
  });
  try {
    const code = await Promise.race([work(AbortSignal.any([launcher.signal, stop.signal])), left]);
    return stop.signal.aborted ? interrupted : code;
  } catch (error) {
    if (stop.signal.aborted) return interrupted;
    throw error;
  } finally {
    release();
  }
}
