/**
 * How a run comes to an early end: in order first (start nothing new, let what is in flight end), then at once, so that
 * all of it fits into the 120 s that ECS leaves between SIGTERM and SIGKILL (the longest `stopTimeout` on Fargate).
 */
import { BerthError } from "../errors";
import type { Clock, RunEnding } from "../ports";

/** Milliseconds that what is in flight has to end; afterwards what it left is for the next run to settle. */
const patience = 80_000;

export class Ending implements RunEnding {
  readonly #inOrder = new AbortController();
  readonly #atOnce = new AbortController();

  constructor(private readonly clock: Clock) {}

  get signal(): AbortSignal {
    return this.#inOrder.signal;
  }

  get hasten(): AbortSignal {
    return this.#atOnce.signal;
  }

  /** Ends the run in order; at once where it is ending already, or takes too long. */
  end(reason: BerthError): void {
    if (this.signal.aborted) {
      this.#atOnce.abort(reason);
      return;
    }
    this.#inOrder.abort(reason);
    void this.#after(patience, this.hasten, () => {
      this.#atOnce.abort(reason);
    });
  }

  /**
   * Ends the run after so many milliseconds, as a signal would.
   *
   * @param told - the limit as it was written
   * @returns what lifts the limit
   */
  limit(milliseconds: number, told: string): () => void {
    const lifted = new AbortController();
    void this.#after(milliseconds, lifted.signal, () => {
      this.end(
        new BerthError("timeout", {
          path: "BERTH_TIMEOUT",
          message: `the run took longer than ${told}`,
          hint: "run again: it goes on from where this run stopped",
        }),
      );
    });
    return () => {
      lifted.abort();
    };
  }

  async #after(milliseconds: number, unless: AbortSignal, work: () => void): Promise<void> {
    try {
      await this.clock.sleep(milliseconds, unless);
      work();
    } catch {
      // It came otherwise before.
    }
  }
}

/** What a signal ends the run with. */
export function endedBy(signal: "SIGTERM" | "SIGINT"): BerthError {
  return new BerthError("cancelled", `The run was ended by ${signal}`, { signal });
}
