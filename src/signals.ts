/** SIGINT and SIGTERM of this process: the first asks the run to end in order, the second ends the process at once. */
import type { Output } from "./cd";

/** Listens as long as the process lives. */
export class Signals {
  readonly #controller = new AbortController();
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

  /** Aborted by the first signal; its reason is the signal's name. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** SIGINT goes to the handler, and ends nothing, until the returned function is called. */
  onInterrupt(handler: () => void): () => void {
    this.#handlers.push(handler);
    return () => {
      this.#handlers.splice(this.#handlers.lastIndexOf(handler), 1);
    };
  }

  #end(name: "SIGTERM" | "SIGINT", output: Output): void {
    if (this.signal.aborted) process.exit(name === "SIGINT" ? 130 : 143);
    output.stderr(`${name}: ending the run in order; a second signal ends it at once\n`);
    this.#controller.abort(name);
  }
}
