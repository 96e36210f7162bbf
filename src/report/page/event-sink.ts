/** Where the NDJSON event stream goes (`BERTH_EVENTS`): a file, an S3 object or an HTTPS address. */
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { BerthError, messageOf } from "../../errors";

export interface EventSink {
  write(line: string): void;
  /** Flushes. Throws BerthError (usage) where the events can't be kept at their place. */
  close(): Promise<void>;
}

/** Puts a whole body at an address: `s3://bucket/key` or `https://…`. */
export type PutObject = (location: string, body: string, contentType: string) => Promise<void>;

/**
 * Opens the sink of a location. Files are appended to line by line; an S3 object or an HTTPS address
 * gets the whole stream at the end, since neither can be appended to.
 */
export function openEventSink(location: string, cwd: string, put: PutObject): EventSink {
  return /^(s3|https?):\/\//.test(location) ? bufferedSink(location, put) : fileSink(fileAt(location, cwd));
}

/** The file of a location that is one: a path, or `file://…`. */
export function fileAt(location: string, cwd: string): string {
  return resolve(cwd, location.replace(/^file:\/\//, ""));
}

function bufferedSink(location: string, put: PutObject): EventSink {
  const lines: string[] = [];
  return {
    write: (line) => {
      lines.push(line);
    },
    close: () => put(location, lines.join(""), "application/x-ndjson"),
  };
}

function fileSink(path: string): EventSink {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
  // An error before `close` must not be an unhandled one; `finished` reports it there.
  stream.on("error", () => undefined);
  return {
    write: (line) => {
      stream.write(line);
    },
    close: async () => {
      stream.end();
      try {
        await finished(stream);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
  };
}

/** The error of a place that can't be written. */
export function unwritable(path: string, error: unknown): BerthError {
  return new BerthError("usage", {
    path: "BERTH_EVENTS",
    message: `"${path}": ${messageOf(error)}`,
    hint: "name a file that can be written, s3://bucket/key or https://…",
  });
}
