import { createHash, randomBytes } from "node:crypto";
import { createGzip, gunzipSync, type Gzip } from "node:zlib";
import { BlockWriter } from "../../../../src/archive/tar/blocks";

async function bytesOf(gzip: Gzip): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of gzip) pieces.push(piece as Buffer);
  return gunzipSync(Buffer.concat(pieces));
}

describe("blocks for zlib", () => {
  test("are the bytes that were written, though who wrote them uses theirs again", async () => {
    const gzip = createGzip({ level: 1 });
    const blocks = new BlockWriter(gzip);
    const read = bytesOf(gzip);
    const expected = createHash("sha256");
    const own = Buffer.alloc(300_000);
    for (const size of [0, 1, 512, 131_071, 131_072, 131_073, 300_000, 7, 262_144, 299_999]) {
      randomBytes(size).copy(own);
      const piece = own.subarray(0, size);
      expected.update(piece);
      blocks.write(piece);
      own.fill(0);
      await blocks.drained();
    }
    blocks.end();
    expect(
      createHash("sha256")
        .update(await read)
        .digest("hex"),
    ).toBe(expected.digest("hex"));
  });

  test("make who writes wait while nobody reads", async () => {
    const gzip = createGzip({ level: 1 });
    const blocks = new BlockWriter(gzip);
    let waits: Promise<void> | undefined;
    let written = 0;
    for (; waits === undefined && written < 64; written += 1) {
      blocks.write(randomBytes(131_072));
      waits = blocks.drained();
    }
    expect(written).toBe(3);
    let isOver = false;
    const over = waits?.then(() => (isOver = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOver).toBe(false);
    const read = bytesOf(gzip);
    await over;
    blocks.end();
    expect((await read).length).toBe(3 * 131_072);
  });

  test("say so where nobody reads any more", async () => {
    const gzip = createGzip({ level: 1 });
    const blocks = new BlockWriter(gzip);
    for (let written = 0; written < 3; written += 1) blocks.write(randomBytes(131_072));
    const waits = blocks.drained();
    gzip.destroy();
    await expect(waits).rejects.toThrow(/nobody reads/);
    await expect(blocks.drained()).rejects.toThrow(/nobody reads/);
  });
});
