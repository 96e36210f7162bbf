/** SIGINT and SIGTERM of this process: the first ends the run in order, the second hastens it, the third ends the process. */
import type { Output } from "./cd";
import { systemClock } from "../wiring/clock";
import { endedBy, Ending } from "../wiring/ending";

/** Milliseconds after which the process ends whatever is in flight: ECS kills it 120 s after SIGTERM. */
const lastResort = 108_000;

/** Listens as long as the process lives. */
export class Signals {
  readonly ending = new Ending(systemClock);
  readonly #handlers: (() => void)[] = [];

  constructor(output: Output) {
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.on(name, () => {
        const handler = name === "SIGINT" && !this.signal.aborted ? this.#handlers.at(-1) : undefined;
        if (handler !== undefined) handler();
        else this.#end(name, output);
      });
    }
  }

  /** Aborted by the first signal; its reason is a BerthError that has the signal's name. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** SIGINT goes to the handler, and ends nothing, until the returned function is called. */
  onInterrupt(handler: () => void): () => void {
    this.#handlers.push(handler);
    return () => {
      this.#handlers.splice(this.#handlers.lastIndexOf(handler), 1);
    };
  }

  #end(name: "SIGTERM" | "SIGINT", output: Output): void {
    const code = name === "SIGINT" ? 130 : 143;
    if (this.ending.hasten.aborted) process.exit(code);
    if (this.signal.aborted) {
      output.stderr(`${name}: what is in flight is waited for no longer; the next run settles it\n`);
    } else {
      output.stderr(`${name}: ending the run in order; a second signal ends it at once\n`);
      setTimeout(() => process.exit(code), lastResort).unref();
    }
    this.ending.end(endedBy(name));
  }
}
