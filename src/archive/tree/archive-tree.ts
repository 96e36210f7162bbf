/** The tree of an archive, grown entry by entry as it streams by; every name is checked as it comes. */
import { Digester } from "./digester";
import { entrySegments } from "./entry-name";
import { EntryTable } from "./entry-table";
import { refusal } from "../errors";
import { keepsText } from "./kept";
import type { ArchiveLimits } from "../limits";
import type { TarEntry, TarVisitor } from "../tar/reader";
import { resolve, type DirectoryNode, type FileNode, type TreeNode } from "./tree";

/** What the table's entries need besides: few have it. */
interface Contents {
  readonly table: EntryTable;
  /** Texts that were kept, by the digest of their bytes. */
  readonly texts: Map<string, string>;
  /** Targets of links, by entry. */
  readonly targets: Map<number, string>;
}

/** Paths of files that are hard links, to the path of the entry that has their content. */
export type HardLinks = ReadonlyMap<string, string>;

/** A view of a file in the table. */
class ArchiveFile implements FileNode {
  readonly kind = "file";

  constructor(
    private readonly contents: Contents,
    private readonly entry: number,
  ) {}

  get executable(): boolean {
    return this.contents.table.kind(this.entry) === "executable";
  }

  get size(): number {
    return this.contents.table.size(this.entry);
  }

  digest(): string {
    return this.contents.table.digest(this.entry);
  }

  text(): string | undefined {
    return this.contents.texts.get(this.digest());
  }
}

/** A view of a directory in the table. */
class ArchiveDirectory implements DirectoryNode {
  readonly kind = "directory";

  constructor(
    private readonly contents: Contents,
    private readonly entry: number,
  ) {}

  names(): readonly string[] {
    return this.contents.table.names(this.entry).sort();
  }

  child(name: string): TreeNode | undefined {
    const { table, targets } = this.contents;
    const entry = table.find(this.entry, name);
    if (entry === undefined) return undefined;
    const kind = table.kind(entry);
    if (kind === "link") return { kind, target: targets.get(entry) ?? "" };
    if (kind === "file" || kind === "executable") return new ArchiveFile(this.contents, entry);
    return new ArchiveDirectory(this.contents, entry);
  }
}

/** The content that is streaming by. */
interface Current {
  readonly entry: number;
  /** The pieces of a text that is kept. */
  readonly text?: Buffer[];
}

export class ArchiveTree implements TarVisitor {
  readonly root: DirectoryNode;
  readonly #contents: Contents = { table: new EntryTable(), texts: new Map(), targets: new Map() };
  readonly #digester = new Digester();
  /** Paths of the symbolic links. */
  readonly #links: string[] = [];
  readonly #hardLinks = new Map<string, string>();
  #current: Current | undefined;
  #rootNamed = false;
  #entries = 0;
  #keptBytes = 0;

  constructor(private readonly limits: Required<ArchiveLimits>) {
    this.root = new ArchiveDirectory(this.#contents, root);
  }

  get hardLinks(): HardLinks {
    return this.#hardLinks;
  }

  entry(entry: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > this.limits.entries) {
      throw refusal(entry.name, `the archive has more than ${this.limits.entries} entries`, {
        hint: "leave out what the builds don't need: a .dockerignore in each build context",
      });
    }
    const segments = entrySegments(entry.name);
    if (entry.type === "directory") this.#nameDirectory(segments, entry.name);
    else if (entry.type === "file") this.#putFile(segments, entry);
    else if (entry.type === "symlink") this.#putLink(segments, entry);
    else this.#putHardLink(segments, entry);
  }

  content(piece: Buffer): void {
    this.#current?.text?.push(Buffer.from(piece));
    this.#digester.update(piece);
  }

  endEntry(): void {
    const current = this.#current;
    if (current === undefined) return;
    const digest = this.#digester.digest();
    this.#contents.table.setDigest(current.entry, digest);
    if (current.text !== undefined) this.keep(digest, Buffer.concat(current.text));
    this.#current = undefined;
  }

  /** Gives every file of that digest its text. */
  keep(digest: string, content: Buffer): void {
    this.#contents.texts.set(digest, content.toString("utf8"));
  }

  /**
   * Checks what only the whole archive can show.
   *
   * @throws BerthError (project) for a link that leaves the root, by whatever way, and for an archive without files
   */
  finish(where: string): void {
    if (this.root.names().length === 0) throw refusal(where, "the archive is empty");
    for (const path of this.#links) resolve(this.root, path);
  }

  #putFile(segments: readonly string[], entry: TarEntry): void {
    const { table } = this.#contents;
    const number = this.#put(segments, entry.name, (entry.mode & 0o111) !== 0 ? "executable" : "file");
    table.setSize(number, entry.size);
    this.#digester.begin(entry.size);
    this.#current = { entry: number, ...(this.#keeps(segments, entry.size) ? { text: [] } : {}) };
  }

  #keeps(segments: readonly string[], size: number): boolean {
    if (!keepsText(segments) || size > this.limits.textBytes) return false;
    if (this.#keptBytes + size > this.limits.keptBytes) return false;
    this.#keptBytes += size;
    return true;
  }

  #putLink(segments: readonly string[], entry: TarEntry): void {
    if (entry.linkName === "" || entry.linkName.includes("\0")) {
      throw refusal(entry.name, "the link has no target, or one with a NUL character in it");
    }
    this.#contents.targets.set(this.#put(segments, entry.name, "link"), entry.linkName);
    this.#links.push(segments.join("/"));
  }

  /** A hard link is what an earlier entry gave: another name, the same content. */
  #putHardLink(segments: readonly string[], entry: TarEntry): void {
    const { table, targets } = this.#contents;
    let target: number | undefined = root;
    const to = linkSegments(entry);
    for (const segment of to) target = target === undefined ? target : table.find(target, segment);
    const kind = target === undefined ? "directory" : table.kind(target);
    if (target === undefined || kind === "directory" || kind === "implied-directory") {
      throw refusal(entry.name, "is a hard link to what no earlier entry of the archive is", {
        hint: "pack the file that it links to (tar's --hard-dereference)",
      });
    }
    const number = this.#put(segments, entry.name, kind);
    if (kind === "link") {
      targets.set(number, targets.get(target) ?? "");
      this.#links.push(segments.join("/"));
    } else {
      table.setSize(number, table.size(target));
      table.setDigest(number, table.digest(target));
      const path = to.join("/");
      this.#hardLinks.set(segments.join("/"), this.#hardLinks.get(path) ?? path);
    }
  }

  #nameDirectory(segments: readonly string[], name: string): void {
    const { table } = this.#contents;
    const directory = this.#directory(segments, name);
    if (directory === root ? this.#rootNamed : table.kind(directory) === "directory") throw twice(name);
    if (directory === root) this.#rootNamed = true;
    else table.nameDirectory(directory);
  }

  #put(segments: readonly string[], name: string, kind: "file" | "executable" | "link"): number {
    const last = segments.at(-1);
    if (last === undefined) throw refusal(name, "the archive's root is no directory");
    const parent = this.#directory(segments.slice(0, -1), name);
    if (this.#contents.table.find(parent, last) !== undefined) throw twice(name);
    return this.#contents.table.add(parent, last, kind);
  }

  /** The directory at a path, made where it is missing, as unpacking would. */
  #directory(segments: readonly string[], name: string): number {
    const { table } = this.#contents;
    let directory = root;
    for (const [index, segment] of segments.entries()) {
      const child = table.find(directory, segment) ?? table.add(directory, segment, "implied-directory");
      const kind = table.kind(child);
      if (kind !== "directory" && kind !== "implied-directory") {
        throw inTheWay(kind === "link" ? "a link" : "a file", segments.slice(0, index + 1).join("/"), name);
      }
      directory = child;
    }
    return directory;
  }
}

/** The root's number in every table. */
const root = 0;

function linkSegments(entry: TarEntry): readonly string[] {
  try {
    return entrySegments(entry.linkName);
  } catch (cause) {
    throw refusal(entry.name, `is a hard link that leaves the archive's root`, { cause });
  }
}

function twice(name: string): Error {
  return refusal(name, "two entries of the archive have this name");
}

function inTheWay(what: string, path: string, name: string): Error {
  if (path === name.replace(/^(?:\.\/)+|\/+$/g, "")) return twice(name);
  return refusal(name, `the entry is below ${JSON.stringify(path)}, which is ${what} in this archive`);
}
