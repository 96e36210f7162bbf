/** The time to live of a stack as it is written: `90m`, `12h`, `7d`, `2w`. */
import { secondsOf } from "./duration";

const form = /^[1-9]\d{0,5}[mhdw]$/;

/** Milliseconds: a run has to have ended before its stack's time comes, and Scheduler is exact to the minute. */
export const shortest = 10 * 60_000;
/** Milliseconds. */
export const longest = 365 * 86_400_000;

/** Whether a text is a time to live, from ten minutes to a year. */
export function isTimeToLive(text: string): boolean {
  const milliseconds = durationOf(text);
  return milliseconds >= shortest && milliseconds <= longest;
}

/** Milliseconds; 0 where the text is none. */
export function durationOf(text: string): number {
  return form.test(text) ? (secondsOf(text) ?? 0) * 1_000 : 0;
}
