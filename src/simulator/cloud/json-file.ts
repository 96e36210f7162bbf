/**
 * A JSON document in a file that is only ever whole: written beside its place, then renamed over it, so that it outlives
 * the end of the process at any moment (not that of the machine: nothing is flushed). Mode 0600, since a state may tell
 * more than its owner wants read. The simulator's cloud and the simulator engine's state use it.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileError } from "../../errors";

let serial = 0;

export class JsonFile<T> {
  /** The write that has begun, and the one that waits behind it. */
  private running: Promise<void> = Promise.resolve();
  private waiting: { document: T; done: Promise<void> } | undefined;

  constructor(readonly path: string) {}

  /** The document, `undefined` where there is no file. Throws where the file isn't JSON. */
  read(): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    return JSON.parse(text) as T;
  }

  /**
   * Writes the document as it is now; resolves when it, or a later one, is in place. Writes that arrive while another
   * is under way are joined into one, so that a hundred operations side by side don't write a hundred files: neither the
   * document nor what its lists hold may be changed afterwards.
   */
  write(document: T): Promise<void> {
    if (this.waiting !== undefined) {
      this.waiting.document = document;
      return this.waiting.done;
    }
    const next = { document, done: Promise.resolve() };
    next.done = this.running
      .catch(() => undefined)
      .then(() => {
        this.waiting = undefined;
        this.running = replaceFile(this.path, bytesOf(next.document));
        return this.running;
      });
    this.waiting = next;
    return next.done;
  }

  async remove(): Promise<void> {
    await this.running.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** The file's bytes for a thing of a list: from one write to the next most of a document stays. */
const known = new WeakMap<object, Buffer>();

/** As `JSON.stringify(document, null, 1)` has it. */
function bytesOf(document: unknown): Buffer {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    return Buffer.from(JSON.stringify(document, null, 1));
  const parts: Buffer[] = [];
  const put = (text: string): void => void parts.push(Buffer.from(text));
  for (const [name, value] of Object.entries(document) as [string, unknown][]) {
    if (value === undefined) continue;
    put(`${parts.length === 0 ? "{" : ","}\n ${JSON.stringify(name)}: `);
    if (!Array.isArray(value) || value.length === 0) put(indented(value, " "));
    else {
      for (const [index, item] of (value as readonly unknown[]).entries()) {
        put(index === 0 ? "[\n  " : ",\n  ");
        parts.push(itemBytes(item));
      }
      put("\n ]");
    }
  }
  put(parts.length === 0 ? "{}" : "\n}");
  return Buffer.concat(parts);
}

function itemBytes(item: unknown): Buffer {
  if (typeof item !== "object" || item === null) return Buffer.from(indented(item ?? null, "  "));
  const bytes = known.get(item) ?? Buffer.from(indented(item, "  "));
  known.set(item, bytes);
  return bytes;
}

/** Within a document. A line break in a text is written as an escape, so that all others are between its parts. */
function indented(value: unknown, by: string): string {
  return JSON.stringify(value, null, 1).replaceAll("\n", `\n${by}`);
}

/** @throws BerthError (deployment) where the file can't be written: the one before it stays */
async function replaceFile(path: string, text: Buffer): Promise<void> {
  serial += 1;
  const beside = `${path}.${process.pid}.${serial}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(beside, text, { flag: "wx", mode: 0o600 });
    await rename(beside, path);
  } catch (error) {
    // What keeps the file from being written may keep this from being removed: the first of them is reported.
    await rm(beside, { force: true }).catch(() => undefined);
    throw fileError(path, error);
  }
}
