/** The tree of a folder on the disk: listed, read and hashed only where someone asks. */
import { createHash } from "node:crypto";
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  type BigIntStats,
  type Dirent,
} from "node:fs";
import { join } from "node:path";
import type { DigestCache } from "./digest-cache";
import { decodeName } from "./entry-name";
import { onDisk, refusal } from "../errors";
import type { DirectoryNode, FileNode, LinkNode, SpecialNode, TreeNode } from "./tree";

/** Bytes of one read while a file is hashed. */
const readSize = 256 * 1024;

export class DiskDirectory implements DirectoryNode {
  readonly kind = "directory";
  #children: ReadonlyMap<string, TreeNode> | undefined;

  /**
   * @param textBytes - the largest file that is read as text
   * @param digests - of files that were hashed before. @default every file is hashed
   */
  constructor(
    private readonly path: string,
    private readonly textBytes: number,
    private readonly digests?: DigestCache,
  ) {}

  names(): readonly string[] {
    return [...this.#listed().keys()].sort();
  }

  child(name: string): TreeNode | undefined {
    return this.#listed().get(name);
  }

  #listed(): ReadonlyMap<string, TreeNode> {
    return (this.#children ??= onDisk(this.path, () => this.#list()));
  }

  #list(): ReadonlyMap<string, TreeNode> {
    const found = new Map<string, TreeNode>();
    for (const entry of readdirSync(this.path, { withFileTypes: true, encoding: "buffer" })) {
      // A socket belongs to a process that runs here; tar has no form for it and moby's context leaves it out.
      if (entry.isSocket()) continue;
      const name = decodeName(entry.name);
      found.set(name, this.#node(entry, join(this.path, name)));
    }
    return found;
  }

  #node(entry: Dirent<Buffer>, path: string): TreeNode {
    if (entry.isDirectory()) return new DiskDirectory(path, this.textBytes, this.digests);
    if (entry.isFile()) return new DiskFile(path, this.textBytes, this.digests);
    if (entry.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) } satisfies LinkNode;
    return { kind: "special" } satisfies SpecialNode;
  }
}

/** A regular file of the disk. Its path is the one thing that packing wants besides. */
export class DiskFile implements FileNode {
  readonly kind = "file";
  #status: BigIntStats | undefined;
  #digest: string | undefined;
  /** What was read as text, until its digest is asked for. */
  #content: Buffer | undefined;
  #text: string | undefined;

  constructor(
    readonly path: string,
    private readonly textBytes: number,
    private readonly digests?: DigestCache,
  ) {}

  get executable(): boolean {
    return (this.#stat().mode & 0o111n) !== 0n;
  }

  get size(): number {
    return Number(this.#stat().size);
  }

  digest(): string {
    if (this.#content !== undefined) {
      // The digest is that of the very bytes that were read, whatever happens to the file afterwards.
      this.#digest = createHash("sha256").update(this.#content).digest("hex");
      this.#content = undefined;
    }
    this.#digest ??= onDisk(this.path, () => {
      const hash = (): string => hashFile(this.path);
      // The stamp is older than the bytes: what changes between the two has another one the next time.
      return this.digests === undefined ? hash() : this.digests.digest(this.path, this.#stat(), hash);
    });
    return this.#digest;
  }

  text(): string {
    return (this.#text ??= onDisk(this.path, () => this.#read()));
  }

  #read(): string {
    if (this.size > this.textBytes) throw tooLarge(this.path, this.size, this.textBytes);
    this.#content = readFileSync(this.path);
    return this.#content.toString("utf8");
  }

  #stat(): BigIntStats {
    return (this.#status ??= onDisk(this.path, () => lstatSync(this.path, { bigint: true })));
  }
}

/** The refusal of a file that is to be read as text and is too large for one. */
export function tooLarge(path: string, size: number, limit: number): Error {
  return refusal(path, `has ${size} bytes; a file that is read as text has ${limit} at most`);
}

function hashFile(path: string): string {
  const sha256 = createHash("sha256");
  const piece = Buffer.allocUnsafe(readSize);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      sha256.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return sha256.digest("hex");
}
