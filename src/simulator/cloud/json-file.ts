/**
 * A JSON document in a file that is only ever whole: written beside its place, then renamed over it, so that it outlives
 * the end of the process at any moment (not that of the machine: nothing is flushed). Mode 0600, since a state may tell
 * more than its owner wants read. The simulator's cloud and the simulator engine's state use it.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileError } from "../../errors";

let serial = 0;

export class JsonFile<T> {
  /** The write that comes next. */
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
   * Writes the document as it is now; resolves when it, or a later one, is in place. Writes of one turn of the event loop
   * are joined into one, so that a hundred operations side by side don't write a hundred files: neither the document nor
   * what it holds may be changed afterwards.
   */
  write(document: T): Promise<void> {
    if (this.waiting === undefined) {
      const next = { document, done: nextTurn() };
      this.waiting = next;
      next.done = next.done.then(() => {
        this.waiting = undefined;
        replaceFile(this.path, textOf(next.document));
      });
    } else this.waiting.document = document;
    return this.waiting.done;
  }

  async remove(): Promise<void> {
    await this.waiting?.done.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** The texts of what a document's lists hold: from one write to the next most of a state stays. */
const known = new WeakMap<object, string>();

/** A document, with a line for each thing in its lists. */
function textOf(document: unknown): string {
  if (typeof document !== "object" || document === null) return JSON.stringify(document);
  const fields = Object.entries(document).flatMap(([name, value]: [string, unknown]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map(itemText).join(",\n")}\n]`
      : (JSON.stringify(value) as string | undefined);
    return text === undefined ? [] : [`${JSON.stringify(name)}: ${text}`];
  });
  return `{\n${fields.join(",\n")}\n}\n`;
}

function itemText(item: unknown): string {
  if (typeof item !== "object" || item === null) return JSON.stringify(item ?? null);
  const text = known.get(item) ?? JSON.stringify(item);
  known.set(item, text);
  return text;
}

/**
 * At once: a file of some hundred KiB is written in less time than it takes to have another thread do it, four times.
 *
 * @throws BerthError (deployment) where the file can't be written: the one before it stays
 */
function replaceFile(path: string, text: string): void {
  serial += 1;
  const beside = `${path}.${process.pid}.${serial}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(beside, text, { flag: "wx", mode: 0o600 });
    renameSync(beside, path);
  } catch (error) {
    // What keeps the file from being written may keep this from being removed: the first of them is reported.
    try {
      rmSync(beside, { force: true });
    } catch {
      // As said.
    }
    throw fileError(path, error);
  }
}
