/** A body that is taken up again where the connection was cut. */
import { Readable } from "node:stream";
import { BerthError, messageOf } from "../../errors";
import type { Clock } from "../../ports";

/** One answer: a whole body, or the rest of one. */
export interface BodyPart {
  readonly body: AsyncIterable<Uint8Array>;
  /** A strong entity tag; without one a cut body can't be resumed safely. */
  readonly etag?: string;
  /** Bytes that this answer promises. @default unknown: the body ends where it ends */
  readonly length?: number;
}

/** The rest of a body that is wanted: `Range: bytes=<offset>-` with `If-Match: <etag>`. */
export interface Rest {
  readonly offset: number;
  readonly etag: string;
}

/** Opens the body, or its rest. Throws a BerthError where that is refused, anything else where it may be tried again. */
export type OpenPart = (rest?: Rest) => Promise<BodyPart>;

/** Cuts in a row, with no byte between them, after which reading is given up. */
const cutsAllowed = 4;

/**
 * Opens a body and makes one stream of it, however often the connection is cut.
 *
 * @param path - what is read, as the user may see it
 * @throws BerthError (project) from the stream, where a cut can't be mended; `open`'s own errors before it
 */
export async function openResumable(path: string, open: OpenPart, clock: Clock): Promise<Readable> {
  const first = await open();
  return Readable.from(wholeBody(path, first, open, clock), { objectMode: false });
}

async function* wholeBody(
  path: string,
  first: BodyPart,
  open: OpenPart,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const { etag, length: total } = first;
  let part = first;
  let offset = 0;
  for (let cuts = 0; ;) {
    let cause: unknown;
    try {
      for await (const chunk of part.body) {
        offset += chunk.byteLength;
        cuts = 0;
        yield chunk;
      }
    } catch (error) {
      if (error instanceof BerthError) throw error;
      cause = error;
    }
    if (cause === undefined && (total === undefined || offset >= total)) return;
    if (total !== undefined && offset >= total) throw damaged(path, cause);
    cuts += 1;
    if (etag === undefined || cuts > cutsAllowed) throw cut(path, offset, total, cause);
    await clock.sleep(200 * 2 ** (cuts - 1) * (0.5 + Math.random() / 2));
    try {
      part = await open({ offset, etag });
    } catch (error) {
      if (error instanceof BerthError) throw error;
      part = { body: failing(error) };
    }
  }
}

/** A part that could not be opened counts as one more cut. */
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  await Promise.reject(error instanceof Error ? error : new Error(messageOf(error)));
  yield new Uint8Array();
}

/** Every byte came, and still the reader objects: the SDK compares the object's checksum at its end. */
function damaged(path: string, cause: unknown): BerthError {
  const message = `what arrived is damaged: ${messageOf(cause)}`;
  return new BerthError(
    "project",
    { path, message, hint: "run again, or upload the archive again" },
    { cause },
  );
}

function cut(path: string, offset: number, total: number | undefined, cause: unknown): BerthError {
  const of = total === undefined ? "" : ` of ${total}`;
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new BerthError(
    "project",
    { path, message: `the connection was cut after ${offset}${of} bytes${why}`, hint: "run again" },
    { cause },
  );
}
