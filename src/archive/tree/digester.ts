/** sha256 of one content after another, in pieces, for tens of thousands of small files. */
import { createHash, hash, type Hash } from "node:crypto";

/**
 * Contents up to so many bytes are put together and hashed in one call. A Hash object for each file would cost more
 * than the file: its memory comes back only with a full garbage collection.
 */
const assembledBytes = 256 * 1024;

export class Digester {
  readonly #assembled = Buffer.allocUnsafeSlow(assembledBytes);
  #size = 0;
  #fill = 0;
  #digest: string | undefined;
  #hash: Hash | undefined;

  /** @param size - bytes of the content that follows */
  begin(size: number): void {
    this.#size = size;
    this.#fill = 0;
    this.#digest = undefined;
    this.#hash = size > assembledBytes ? createHash("sha256") : undefined;
  }

  update(piece: Buffer): void {
    if (this.#hash !== undefined) this.#hash.update(piece);
    else if (piece.length === this.#size) this.#digest = hash("sha256", piece, "hex");
    else this.#fill += piece.copy(this.#assembled, this.#fill);
  }

  /** 64 hexadecimal digits. */
  digest(): string {
    if (this.#hash !== undefined) return this.#hash.digest("hex");
    return (this.#digest ??= hash("sha256", this.#assembled.subarray(0, this.#fill), "hex"));
  }
}
