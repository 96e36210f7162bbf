/** A clock that a test moves by hand. */
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/ports";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export class HandClock implements Clock {
  #now = Date.parse("2026-01-02T03:04:05.000Z");
  readonly #sleepers = new Set<Sleeper>();

  readonly now = (): number => this.#now;

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(new Error("aborted"));
        return;
      }
      const sleeper = { until: this.#now + milliseconds, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        if (this.#sleepers.delete(sleeper)) reject(new Error("aborted"));
      });
    });
  }

  /** Lets the time pass in small steps, each followed by all that it sets going. */
  async pass(milliseconds: number, step = 500): Promise<void> {
    const end = this.#now + milliseconds;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + step);
      for (const sleeper of [...this.#sleepers]) {
        if (sleeper.until > this.#now) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turns = 0; turns < 20; turns++) await turn();
    }
  }
}
