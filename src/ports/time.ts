/** The time of a run, and its early end. */
import type { BerthError } from "../errors";

/** The early end of a run: by a signal, its time limit, or a cancellation from elsewhere. */
export interface RunEnding {
  /** Aborted when the run is to end in order; its reason is a BerthError. */
  readonly signal: AbortSignal;
  /** Aborted when what is in flight is waited for no longer. */
  readonly hasten: AbortSignal;
  /** Ends the run in order; at once where it is ending already. */
  end(reason: BerthError): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
