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
   * is under way are joined into one, so that a hundred operations side by side don't write a hundred files: the
   * document must not be changed afterwards.
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
        this.running = replaceFile(this.path, JSON.stringify(next.document, null, 1));
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

/** @throws BerthError (deployment) where the file can't be written: the one before it stays */
async function replaceFile(path: string, text: string): Promise<void> {
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
