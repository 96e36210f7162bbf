/** The operations that are in flight, and how a run comes to its end: nothing new starts, what runs is waited for. */

/** Thrown into what would start after the run was halted. It is no problem of its own. */
export class Halted extends Error {
  override readonly name = "Halted";

  constructor() {
    super("the run is ending");
  }
}

export class WorkCounter {
  private running = 0;
  private stopped = false;
  private settle: () => void = () => undefined;
  /** Resolves when the run was halted and nothing is in flight any more, or nothing is waited for. */
  readonly halted: Promise<void> = new Promise((resolve) => {
    this.settle = resolve;
  });

  get isHalted(): boolean {
    return this.stopped;
  }

  /** Starts nothing new from now on. */
  halt(): void {
    this.stopped = true;
    if (this.running === 0) this.settle();
  }

  /** Waits no longer for what is in flight either. */
  abandon(): void {
    this.stopped = true;
    this.settle();
  }

  /** @throws Halted where the run is ending */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.stopped) throw new Halted();
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      // What a failure halts is halted by whoever sees it, in the same turn.
      setImmediate(() => {
        if (this.stopped && this.running === 0) this.settle();
      });
    }
  }
}
