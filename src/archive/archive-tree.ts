/** The tree of an archive, grown entry by entry as it streams by; every name is checked as it comes. */
import { Digester } from "./digester";
import { entrySegments } from "./entry-name";
import { refusal } from "./errors";
import { keepsText } from "./kept";
import type { ArchiveLimits } from "./limits";
import type { TarEntry, TarVisitor } from "./tar-reader";
import { resolve, type DirectoryNode, type FileNode, type LinkNode } from "./tree";

type ArchiveNode = ArchiveFile | LinkNode | ArchiveDirectory;

class ArchiveDirectory implements DirectoryNode {
  readonly kind = "directory";
  readonly children = new Map<string, ArchiveNode>();
  /** Whether an entry of its own named it, rather than one below it. */
  named = false;
}

/** A file of which nothing is left but its hash and, perhaps, its text. */
export class ArchiveFile implements FileNode {
  readonly kind = "file";
  readonly executable: boolean;
  readonly size: number;
  #digest = "";
  #text: string | undefined;

  constructor(executable: boolean, size: number) {
    this.executable = executable;
    this.size = size;
  }

  digest(): string {
    return this.#digest;
  }

  text(): string | undefined {
    return this.#text;
  }

  complete(digest: string): void {
    this.#digest = digest;
  }

  keep(text: string): void {
    this.#text = text;
  }
}

/** The content that is streaming by. */
interface Current {
  readonly file: ArchiveFile;
  /** The pieces of a text that is kept. */
  readonly text?: Buffer[];
}

export class ArchiveTree implements TarVisitor {
  readonly root = new ArchiveDirectory();
  readonly #limits: Required<ArchiveLimits>;
  readonly #links: { readonly path: string; readonly node: LinkNode }[] = [];
  readonly #digester = new Digester();
  #current: Current | undefined;
  #entries = 0;
  #keptBytes = 0;

  constructor(limits: Required<ArchiveLimits>) {
    this.#limits = limits;
  }

  entry(entry: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) {
      throw refusal(entry.name, `the archive has more than ${this.#limits.entries} entries`, {
        hint: "leave out what the builds don't need: a .dockerignore in each build context",
      });
    }
    const segments = entrySegments(entry.name);
    if (entry.type === "directory") {
      this.#nameDirectory(segments, entry.name);
    } else if (entry.type === "file") {
      const file = new ArchiveFile((entry.mode & 0o111) !== 0, entry.size);
      this.#put(segments, entry.name, file);
      this.#digester.begin(entry.size);
      this.#current = { file, ...(this.#keeps(segments, entry.size) ? { text: [] } : {}) };
    } else if (entry.type === "symlink") {
      this.#putLink(segments, entry);
    } else {
      this.#putHardLink(segments, entry);
    }
  }

  content(piece: Buffer): void {
    const current = this.#current;
    if (current === undefined) return;
    current.text?.push(Buffer.from(piece));
    this.#digester.update(piece);
  }

  endEntry(): void {
    const current = this.#current;
    if (current === undefined) return;
    current.file.complete(this.#digester.digest());
    if (current.text !== undefined) current.file.keep(Buffer.concat(current.text).toString("utf8"));
    this.#current = undefined;
  }

  /**
   * Checks what only the whole archive can tell.
   *
   * @throws BerthError (project) for a link that leaves the root, by whatever way, and for an archive without files
   */
  finish(where: string): void {
    if (this.root.children.size === 0) throw refusal(where, "the archive is empty");
    for (const { path } of this.#links) resolve(this.root, path);
  }

  #keeps(segments: readonly string[], size: number): boolean {
    if (!keepsText(segments) || size > this.#limits.textBytes) return false;
    if (this.#keptBytes + size > this.#limits.keptBytes) return false;
    this.#keptBytes += size;
    return true;
  }

  #putLink(segments: readonly string[], entry: TarEntry): void {
    if (entry.linkName === "" || entry.linkName.includes("\0")) {
      throw refusal(entry.name, "the link has no target, or one with a NUL character in it");
    }
    const node: LinkNode = { kind: "link", target: entry.linkName };
    this.#put(segments, entry.name, node);
    this.#links.push({ path: segments.join("/"), node });
  }

  /** A hard link is the file that an earlier entry gave: another name, the same content. */
  #putHardLink(segments: readonly string[], entry: TarEntry): void {
    let target: ArchiveNode | undefined = this.root;
    for (const segment of linkSegments(entry)) {
      target = target?.kind === "directory" ? target.children.get(segment) : undefined;
    }
    if (target === undefined || target.kind === "directory") {
      throw refusal(entry.name, "is a hard link to what no earlier entry of the archive is", {
        hint: "pack the file it stands for (tar's --hard-dereference)",
      });
    }
    this.#put(segments, entry.name, target);
    if (target.kind === "link") this.#links.push({ path: segments.join("/"), node: target });
  }

  #nameDirectory(segments: readonly string[], name: string): void {
    const directory = this.#directory(segments, name);
    if (directory.named) throw twice(name);
    directory.named = true;
  }

  #put(segments: readonly string[], name: string, node: ArchiveFile | LinkNode): void {
    const last = segments.at(-1);
    if (last === undefined) throw refusal(name, "the archive's root is no directory");
    const parent = this.#directory(segments.slice(0, -1), name);
    if (parent.children.has(last)) throw twice(name);
    parent.children.set(last, node);
  }

  /** The directory at a path, made where it is missing, as unpacking would. */
  #directory(segments: readonly string[], name: string): ArchiveDirectory {
    let directory = this.root;
    for (const [index, segment] of segments.entries()) {
      let child = directory.children.get(segment);
      if (child === undefined) {
        child = new ArchiveDirectory();
        directory.children.set(segment, child);
      }
      if (child.kind !== "directory") throw inTheWay(child, segments.slice(0, index + 1).join("/"), name);
      directory = child;
    }
    return directory;
  }
}

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

function inTheWay(node: ArchiveFile | LinkNode, path: string, name: string): Error {
  if (path === name.replace(/^(?:\.\/)+|\/+$/g, "")) return twice(name);
  const what = node.kind === "link" ? "a link" : "a file";
  return refusal(name, `the entry lies below ${JSON.stringify(path)}, which is ${what} in this archive`);
}
