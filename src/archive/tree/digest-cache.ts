/**
 * Digests of a folder's files that were hashed before, so that an unchanged one isn't read again. A digest counts as long
 * as the file system says the same of the file: device, inode, size, and the times of its last change of content (mtime) and
 * of anything (ctime), to the nanosecond. Whoever edits a file in place, keeps its size and sets its mtime back, still
 * changes its ctime; a rename brings another inode.
 *
 * Two changes within one tick of a file system's clock have one ctime. So a digest is kept only of a file that had been
 * left alone for a while before this run looked at any (git's "racy" rule). The time there is not read from this
 * machine's clock, which may be another one: a file is written to the cache's own folder and its ctime read. Files of
 * another device than the cache's are hashed each time.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import { join } from "node:path";

/** What a file system says of a file. */
export type FileStamp = Pick<BigIntStats, "dev" | "ino" | "size" | "mtimeNs" | "ctimeNs">;

/** Nanoseconds that a file must have been left alone: FAT's clock, the coarsest, ticks every two seconds. */
const atRest = 2_000_000_000n;

/** Names of packed archives that are kept for a folder. */
const mostPacked = 20;

interface Stored {
  readonly version: 1;
  /** By path: the stamp as {@link stampText}, and the digest. */
  readonly files: Readonly<Record<string, readonly [stamp: string, digest: string]>>;
  /** By what goes into an archive: the archive's sha256. */
  readonly packed: Readonly<Record<string, string>>;
}

const nothing: Stored = { version: 1, files: {}, packed: {} };

/** A cache that can't be read or written is none: everything is hashed, and nothing fails. */
export class DigestCache {
  readonly #path: string;
  readonly #stored: Stored;
  /** The device of the cache's folder and the time there, before this run has looked at any file. */
  readonly #begun: Pick<FileStamp, "dev" | "ctimeNs"> | undefined;
  readonly #files = new Map<string, readonly [string, string]>();
  readonly #packed: Map<string, string>;
  #isNew = false;

  /**
   * @param folder - of the caches
   * @param root - the folder that this one is of
   */
  constructor(folder: string, root: string) {
    this.#path = join(folder, `${createHash("sha256").update(root).digest("hex").slice(0, 32)}.json`);
    this.#begun = attempt(() => timeIn(folder));
    this.#stored = attempt(() => read(this.#path)) ?? nothing;
    this.#packed = new Map(Object.entries(this.#stored.packed));
  }

  /** @param hash - reads the file; called where its digest isn't known */
  digest(path: string, stamp: FileStamp, hash: () => string): string {
    const text = stampText(stamp);
    const known = this.#files.get(path) ?? this.#stored.files[path];
    if (known?.[0] === text) {
      this.#files.set(path, known);
      return known[1];
    }
    const digest = hash();
    const begun = this.#begun;
    if (begun !== undefined && stamp.dev === begun.dev && stamp.ctimeNs < begun.ctimeNs - atRest) {
      this.#files.set(path, [text, digest]);
      this.#isNew = true;
    }
    return digest;
  }

  /** The sha256 of the archive that was packed of this content. */
  packedAs(content: string): string | undefined {
    return this.#packed.get(content);
  }

  learnPacked(content: string, sha256: string): void {
    this.#packed.set(content, sha256);
    this.#isNew = true;
  }

  /** Writes what was learned; of files that nobody asked for this time nothing stays. */
  keep(): void {
    if (!this.#isNew && this.#files.size === Object.keys(this.#stored.files).length) return;
    const stored: Stored = {
      version: 1,
      files: Object.fromEntries(this.#files),
      packed: Object.fromEntries([...this.#packed].slice(-mostPacked)),
    };
    attempt(() => {
      const written = `${this.#path}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        writeFileSync(written, JSON.stringify(stored), { mode: 0o600 });
        renameSync(written, this.#path);
      } finally {
        rmSync(written, { force: true });
      }
    });
  }
}

function stampText({ dev, ino, size, mtimeNs, ctimeNs }: FileStamp): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

function timeIn(folder: string): Pick<FileStamp, "dev" | "ctimeNs"> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const probe = join(folder, `${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeFileSync(probe, "", { mode: 0o600 });
    return lstatSync(probe, { bigint: true });
  } finally {
    rmSync(probe, { force: true });
  }
}

function read(path: string): Stored | undefined {
  const stored = JSON.parse(readFileSync(path, "utf8")) as Partial<Stored>;
  const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null;
  const isOurs = stored.version === 1 && isRecord(stored.files) && isRecord(stored.packed);
  return isOurs ? (stored as Stored) : undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
