/** The bytes of a packed archive, unpacked on the way: counted, hashed, and stopped as soon as they are too many. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { BerthError, messageOf } from "../errors";
import { errorCode, fileRefusal, refusal } from "./errors";
import { ratioGrace, type ArchiveLimits } from "./limits";
import type { PackedLocation } from "./location";
import type { ArchiveStore } from "../ports";

export interface SourceOptions {
  readonly store: ArchiveStore;
  readonly limits: Required<ArchiveLimits>;
  readonly expectedSha256?: string;
  readonly signal?: AbortSignal;
}

/**
 * Bytes of a read from the disk, of a piece that comes out of zlib, and of what may wait on either side of it. Each piece is
 * a way to a thread and back, which takes as long as to unpack 16 KiB; and while a piece is hashed here, zlib goes on
 * with the next, as long as there is room for it (`npm run bench`).
 */
const readSize = 512 * 1024;
const pieceSize = 128 * 1024;
const waitingSize = 512 * 1024;

/**
 * Streams an archive once.
 *
 * @param consume - hears every piece of the tar stream, in order; the next one waits for what it returns. The bytes are valid
 *   until then
 * @throws BerthError (project) for bytes that are no archive, are too many, are cut off, or have another hash than
 * expected; (cancelled) once the signal is aborted; whatever `consume` throws
 */
export async function streamArchive(
  location: PackedLocation,
  options: SourceOptions,
  consume: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  const { shown } = location;
  const meter = new Meter(shown, options.limits);
  const sha256 = options.expectedSha256 === undefined ? undefined : createHash("sha256");
  let input: AsyncGenerator<Buffer> | undefined;
  try {
    input = bytesOf(await openPacked(location, options.store), shown, sha256);
    const { head, rest } = await peek(input);
    const gunzip = compression(head, shown) ? unpacker() : undefined;
    const count = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) {
        meter.count(chunk.length, gunzip);
        const taken = consume(chunk);
        // Awaited only where there is something to wait for: this is once for every few KiB.
        if (taken !== undefined) await taken;
        if (gunzip !== undefined) free(chunk);
      }
    };
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    if (gunzip === undefined) await pipeline(rest, count, signal);
    else await pipeline(location.kind === "remote" ? rest : freed(rest, gunzip), gunzip, count, signal);
  } catch (error) {
    await input?.return(undefined);
    throw options.signal?.aborted === true ? cancelled(options.signal) : gzipRefusal(shown, error);
  }
  checkSha256(shown, options.expectedSha256, sha256?.digest("hex"));
}

function unpacker(): Gunzip {
  const waiting = { readableHighWaterMark: waitingSize, writableHighWaterMark: waitingSize };
  return createGunzip({ chunkSize: pieceSize, ...waiting });
}

/**
 * Gives the memory of a spent piece back, where it is the last one of its buffer: zlib takes another buffer after it. Left to
 * the garbage collector, which does not see what is outside its heap, spent pieces would be a third of the memory. Small
 * pieces that a stream has joined may be in the pool that Node keeps for small buffers, and Node refuses to give that back.
 */
export function free({ buffer, byteOffset, length }: Buffer): void {
  if (byteOffset + length < buffer.byteLength || buffer.byteLength <= Buffer.poolSize) return;
  // Node 22 has it (ECMAScript 2024, ArrayBuffer.prototype.transfer).
  (buffer as { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
}

/** The reads of a file of this machine, each of which is a buffer of its own; given back once zlib has read them. */
async function* freed(reads: AsyncGenerator<Buffer>, gunzip: Gunzip): AsyncGenerator<Buffer> {
  let given = 0;
  for await (const read of reads) {
    given += read.length;
    yield read;
    if (read.byteOffset === 0 && gunzip.bytesWritten === given) free(read);
  }
}

async function openPacked(location: PackedLocation, store: ArchiveStore): Promise<AsyncIterable<unknown>> {
  if (location.kind === "remote") return store.open(location.url);
  return createReadStream(location.path, { highWaterMark: readSize });
}

async function* bytesOf(
  source: AsyncIterable<unknown>,
  shown: string,
  sha256: Hash | undefined,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (let next = await read(chunks, shown); next.done !== true; next = await read(chunks, shown)) {
      const bytes = asBuffer(next.value);
      sha256?.update(bytes);
      yield bytes;
    }
  } finally {
    await chunks.return?.();
  }
}

/** One read, whose failure is the source's and never a bug of ours. */
async function read(chunks: AsyncIterator<unknown>, shown: string): Promise<IteratorResult<unknown>> {
  try {
    return await chunks.next();
  } catch (error) {
    const told = fileRefusal(shown, error);
    if (told instanceof BerthError) throw told;
    throw refusal(shown, `could not be read: ${messageOf(error)}`, { cause: error });
  }
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk), "latin1");
}

/** The first bytes, enough to know the format, and a stream that begins with them. */
async function peek(
  input: AsyncGenerator<Buffer>,
): Promise<{ readonly head: Buffer; readonly rest: AsyncGenerator<Buffer> }> {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length < 6) {
    const next = await input.next();
    if (next.done === true) break;
    pieces.push(next.value);
    length += next.value.length;
  }
  async function* rest(): AsyncGenerator<Buffer> {
    yield* pieces.splice(0);
    yield* input;
  }
  return { head: Buffer.concat(pieces.map((piece) => piece.subarray(0, 6))), rest: rest() };
}

/** Formats that are often taken for gzip, by their first bytes. */
const otherFormats: Readonly<Record<string, string>> = {
  "504b0304": "a zip file",
  "28b52ffd": "compressed with zstd",
  "425a68": "compressed with bzip2",
  fd377a585a: "compressed with xz",
};

/** @returns whether it is gzip (RFC 1952, section 2.3.1) */
function compression(head: Buffer, shown: string): boolean {
  const start = head.toString("hex");
  if (start === "") throw refusal(shown, "is empty");
  const other = Object.entries(otherFormats).find(([magic]) => start.startsWith(magic));
  if (other !== undefined) throw refusal(shown, `is ${other[1]}`, { hint: "pack it as .tar.gz" });
  return start.startsWith("1f8b");
}

/** Counts what comes out and compares it with what went in. */
class Meter {
  #unpacked = 0;

  constructor(
    private readonly shown: string,
    private readonly limits: Required<ArchiveLimits>,
  ) {}

  count(bytes: number, gunzip: Gunzip | undefined): void {
    const { bytes: most, ratio } = this.limits;
    this.#unpacked += bytes;
    if (this.#unpacked > most) {
      throw refusal(this.shown, `unpacks to more than ${most} bytes`, {
        hint: "leave out what the builds don't need: a .dockerignore in each build context",
      });
    }
    if (gunzip === undefined || this.#unpacked <= ratioGrace) return;
    if (this.#unpacked > ratio * gunzip.bytesWritten) {
      throw refusal(this.shown, `unpacks to more than ${ratio} times its size, as a decompression bomb does`);
    }
  }
}

/** What zlib says of a broken stream, in words of ours; any other error as it is. */
function gzipRefusal(shown: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code?.startsWith("Z_") !== true) return error;
  const words =
    code === "Z_BUF_ERROR"
      ? "the archive is cut off: its gzip stream has no end"
      : `its gzip stream is corrupt: ${messageOf(error)}`;
  return refusal(shown, words, { hint: "pack or upload it again", cause: error });
}

function cancelled(signal: AbortSignal): unknown {
  return signal.reason instanceof BerthError
    ? signal.reason
    : new BerthError("cancelled", "reading the archive was cancelled");
}

function checkSha256(shown: string, expected: string | undefined, actual: string | undefined): void {
  if (expected === undefined || actual === undefined || expected.toLowerCase() === actual) return;
  throw refusal(shown, `has the sha256 ${actual}, not ${expected.toLowerCase()} as expected`, {
    hint: "upload it again, or correct BERTH_ARCHIVE_SHA256",
  });
}
