/**
 * A program that is left behind: when a run is halted, its applies may still be under way (an image that is being built,
 * say) and reject later, when nobody asks any more. Unheard, such a rejection would end the process.
 */

let heard = false;

/** From now on rejections that nobody handles are dropped: the run that was halted has reported what went wrong. */
export function dropLateRejections(): void {
  if (heard) return;
  heard = true;
  process.on("unhandledRejection", () => undefined);
}
