/** Points in time as `docker compose logs` takes them. */
import { BerthError } from "../../errors";
import { secondsOf } from "../../model/duration";

/** A date, or a date and a time, with a zone or without one: then it is this machine's. */
const dateText = /^\d{4}-\d{2}-\d{2}(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const unixText = /^\d{9,10}(?:\.\d{1,9})?$/;

/**
 * A point in time: `10m`, `1h30m`, `2d` before now; `2026-11-25T14:00:00Z`, `2026-11-25`; or seconds since the epoch.
 *
 * @param option - the option that said it, for the error
 * @param now - milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws BerthError (usage) where it is none of these
 */
export function parseTime(option: string, text: string, now: number): number {
  const ago = /[a-z]$/.test(text) ? secondsOf(text) : undefined;
  if (ago !== undefined) return Math.round(now - ago * 1_000);
  if (unixText.test(text)) return Math.round(Number(text) * 1_000);
  const time = dateText.test(text) ? Date.parse(completed(text)) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new BerthError("usage", {
      path: option,
      message: `${JSON.stringify(text)} is no point in time`,
      hint: "write how long ago (10m, 1h30m, 2d) or when (2026-11-25T14:00:00Z, 2026-11-25)",
    });
  }
  return time;
}

/** JavaScript takes a date alone for UTC, and knows no hour without minutes: Docker takes both for this machine's time. */
function completed(text: string): string {
  if (!text.includes("T")) return `${text}T00:00`;
  return text.replace(/T(\d{2})(?=$|Z|[+-])/, "T$1:00");
}
