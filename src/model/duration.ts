/** Durations as people write them, and as they are printed for people. */
import { parseDuration } from "../compose/units";

/**
 * Seconds of `1m30s`, `500ms`, `1.5h`, `2d`, `0`, as Compose reads durations.
 *
 * @returns undefined for other texts, and for what has a sign
 */
export function secondsOf(text: string): number | undefined {
  const nanoseconds = /^[-+]/.test(text) ? undefined : parseDuration(text);
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e9;
}

/** Milliseconds as `42 s`, `3 min 5 s`, `1 h 4 min`. @param tenths - of a second below ten: `0.4 s` */
export function durationText(milliseconds: number, tenths = false): string {
  const exact = milliseconds / 1_000;
  if (tenths && exact < 10) return `${Math.round(exact * 10) / 10} s`;
  const seconds = Math.round(exact);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
