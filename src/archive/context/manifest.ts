/** A digest over records of text that no other records can give: every field has its length before it. */
import { createHash, type Hash } from "node:crypto";

export class Manifest {
  readonly #hash: Hash = createHash("sha256");

  /** Adds one record. The number of fields and the UTF-8 length of each are part of it. */
  record(...fields: readonly string[]): void {
    const framed = fields.map((field) => `${Buffer.byteLength(field)}:${field}`);
    this.#hash.update(`${fields.length};${framed.join("")}`);
  }

  /** sha256, 64 hexadecimal digits. The manifest takes no more records after it. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
