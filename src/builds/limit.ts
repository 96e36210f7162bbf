/** A limit of how many things run at once. */

/** Hands out turns, first come, first served. */
export class Limit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param size - turns that may be out at once, at least 1 */
  constructor(size: number) {
    this.#free = Math.max(1, size);
  }

  /** Runs the task when its turn comes; the turn is given back however it ends. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    // A turn that is given back goes straight to the first that waits.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
