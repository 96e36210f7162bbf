/** The memory of pieces of an archive. */
import { free } from "../../../src/archive/source";

test("a spent piece gives its buffer back", () => {
  const piece = Buffer.alloc(Buffer.poolSize * 2);
  free(piece);
  expect(piece.length).toBe(0);
});

test("a part of a buffer that goes on leaves it", () => {
  const all = Buffer.alloc(Buffer.poolSize * 2);
  free(all.subarray(0, 10));
  expect(all.length).toBe(Buffer.poolSize * 2);
});

test("Node's pool of small buffers stays, also where a piece ends with it", () => {
  for (let tried = 0; tried < 10_000; tried += 1) {
    const piece = Buffer.allocUnsafe(512);
    if (piece.byteOffset + piece.length !== piece.buffer.byteLength) continue;
    free(piece);
    expect(piece.length).toBe(512);
    return;
  }
  throw new Error("no piece ended with the pool");
});
