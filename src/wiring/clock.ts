/** The clocks: the machine's, and the simulator's, on which nobody waits. */
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../ports";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};

/** Real time, but polling costs none of it: what is polled is simulated too. @param scale - 0 for no waiting */
export function scaledClock(scale: number): Clock {
  return {
    now: systemClock.now,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds * scale, signal),
  };
}
