/**
 * What is written in many small pieces, given to zlib in few large ones: each write is a way to a thread and back. Blocks are
 * used again once zlib has read them, so the memory is that of as many as may wait.
 */
import type { Gzip } from "node:zlib";

const blockBytes = 128 * 1024;

/** Blocks that wait for zlib before whoever writes has to wait for them. */
const mostWaiting = 3;

export class BlockWriter {
  #block: Buffer = Buffer.allocUnsafeSlow(blockBytes);
  #fill = 0;
  #waiting = 0;
  readonly #spent: Buffer[] = [];
  #settle: (() => void) | undefined;

  constructor(private readonly output: Gzip) {
    output.once("close", () => this.#settle?.());
  }

  /** Copies the bytes, which may be others afterwards. */
  write(bytes: Buffer): void {
    for (let offset = 0; offset < bytes.length;) {
      const copied = bytes.copy(this.#block, this.#fill, offset);
      this.#fill += copied;
      offset += copied;
      if (this.#fill === blockBytes) this.#hand();
    }
  }

  /** What a writer waits for: few blocks that wait; it fails where nobody reads the output any more. */
  drained(): Promise<void> | undefined {
    if (this.#waiting < mostWaiting && !this.output.destroyed) return undefined;
    return new Promise((resolve, reject) => {
      this.#settle = (): void => {
        if (this.output.destroyed) reject(new Error("nobody reads what is packed any more"));
        else if (this.#waiting < mostWaiting) resolve();
        else return;
        this.#settle = undefined;
      };
      this.#settle();
    });
  }

  /** Hands the rest over, and ends the output. */
  end(): void {
    this.#hand();
    this.output.end();
  }

  #hand(): void {
    const block = this.#block;
    this.#waiting += 1;
    this.output.write(block.subarray(0, this.#fill), () => {
      this.#waiting -= 1;
      this.#spent.push(block);
      this.#settle?.();
    });
    this.#block = this.#spent.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    this.#fill = 0;
  }
}
