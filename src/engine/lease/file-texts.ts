/** Texts in a directory of this machine: a `file://` state, and the records beside it or beside the simulator's. */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileError } from "../../errors";
import type { TextStore } from "../../ports";

/** What is being written ends so; nobody reads or lists it. */
const unfinished = ".tmp";

/** Readable by their owner alone. Every method rejects with a BerthError (deployment) where the disk refuses. */
export class FileTexts implements TextStore {
  constructor(private readonly directory: string) {}

  /** At once: texts are small, and to load what reads a file elsewhere takes longer than to read it. */
  async read(key: string): Promise<string | undefined> {
    return told(join(this.directory, key), (path) => orMissing(() => readFileSync(path, "utf8")));
  }

  async version(key: string): Promise<string | undefined> {
    const text = await this.read(key);
    return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
  }

  async versions(folder: string): Promise<ReadonlyMap<string, string>> {
    const keys = await this.list(folder);
    const versions = await Promise.all(keys.map(async (key) => [key, await this.version(key)] as const));
    return new Map(versions.flatMap(([key, version]) => (version === undefined ? [] : [[key, version]])));
  }

  async write(key: string, text: string): Promise<void> {
    await told(join(this.directory, key), () => this.#beside(key, text, rename));
  }

  /** Links a written file into place: unlike an exclusive open, nobody ever sees the file without its text. */
  async create(key: string, text: string): Promise<boolean> {
    return told(join(this.directory, key), () => this.#beside(key, text, linked));
  }

  async list(folder: string): Promise<readonly string[]> {
    const entries = await told(join(this.directory, folder), (root) =>
      orMissing(() => readdir(root, { recursive: true, withFileTypes: true })),
    );
    if (entries === undefined) return [];
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(unfinished))
      .map((entry) => relative(this.directory, join(entry.parentPath, entry.name)))
      .sort();
  }

  async remove(key: string): Promise<void> {
    await told(join(this.directory, key), (path) => rm(path, { force: true }));
  }

  async #beside<T>(key: string, text: string, place: (from: string, to: string) => Promise<T>): Promise<T> {
    const path = join(this.directory, key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const written = `${path}.${randomUUID()}${unfinished}`;
    try {
      await writeFile(written, text, { mode: 0o600 });
      return await place(written, path);
    } finally {
      await rm(written, { force: true });
    }
  }
}

/** @returns `false` where a text is there already; a file where its folder should be is an error */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function told<T>(path: string, work: (path: string) => Promise<T>): Promise<T> {
  try {
    return await work(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

async function orMissing<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
