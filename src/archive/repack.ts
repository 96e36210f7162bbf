/** A build's context out of a packed archive: one more pass, in which only what the context holds is written again. */
import { Readable } from "node:stream";
import { createGzip, type Gzip } from "node:zlib";
import type { ArchiveTree } from "./archive-tree";
import { Digester } from "./digester";
import { entrySegments } from "./entry-name";
import { changed, type TarForm } from "./pack";
import type { TarEntry, TarVisitor } from "./tar-reader";
import { endOfArchive, headerBlocks, padding } from "./tar-writer";
import { joinPath, nodeAt, type FileNode } from "./tree";

/** Reads the archive again; `drained` is what the next piece of it waits for. */
type Read = (visitor: TarVisitor, drained: () => Promise<void> | undefined) => Promise<void>;

/**
 * @param paths - what to take, from the tree of the first pass
 * @returns the `.tar.gz`; it fails as the reading does, and where the archive is another than in the first pass
 */
export function repack(tree: ArchiveTree, paths: ReadonlySet<string>, form: TarForm, read: Read): Readable {
  const gzip = createGzip({ level: form.level });
  const repacker = new Repacker(tree, paths, form, gzip);
  read(repacker, () => repacker.drained()).then(
    () => {
      repacker.end();
    },
    (error: unknown) => {
      gzip.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return gzip;
}

/** The file that streams by, under the names that the context has it by. */
interface Current {
  readonly path: string;
  readonly node: FileNode;
  /** Further names: hard links. */
  readonly others: readonly string[];
}

class Repacker implements TarVisitor {
  readonly #form: TarForm;
  readonly #output: Gzip;
  readonly #digester = new Digester();
  /** Files still to come, by the path of the entry that has their content. */
  readonly #awaited = new Map<string, { readonly path: string; readonly node: FileNode }[]>();
  #current: Current | undefined;
  #full = false;

  /** Directories and links first: the tree knows them whole, also the directories that no entry names. */
  constructor(tree: ArchiveTree, paths: ReadonlySet<string>, form: TarForm, output: Gzip) {
    this.#form = form;
    this.#output = output;
    for (const path of [...paths].sort()) {
      const node = nodeAt(tree.root, path);
      if (node?.kind === "directory") this.#write(headerBlocks({ ...this.#common(path), type: "directory" }));
      if (node?.kind === "link") {
        this.#write(headerBlocks({ ...this.#common(path), type: "symlink", linkName: node.target }));
      }
      if (node?.kind !== "file") continue;
      const source = tree.hardLinks.get(path) ?? path;
      const names = this.#awaited.get(source) ?? [];
      names.push({ path, node });
      this.#awaited.set(source, names);
    }
  }

  entry(entry: TarEntry): void {
    if (entry.type !== "file") return;
    const path = entrySegments(entry.name).join("/");
    const [first, ...others] = this.#awaited.get(path) ?? [];
    if (first === undefined) return;
    const { node } = first;
    if (entry.size !== node.size) throw changed(path);
    this.#awaited.delete(path);
    this.#current = { ...first, others: others.map((other) => other.path) };
    this.#digester.begin(node.size);
    const { executable, size } = node;
    this.#write(headerBlocks({ ...this.#common(first.path), type: "file", executable, size }));
  }

  content(piece: Buffer): void {
    if (this.#current === undefined) return;
    this.#digester.update(piece);
    // A copy: the bytes are the reader's, and zlib reads them later.
    this.#write(Buffer.from(piece));
  }

  endEntry(): void {
    if (this.#current === undefined) return;
    const { path, node, others } = this.#current;
    if (this.#digester.digest() !== node.digest()) throw changed(path);
    this.#write(padding(node.size));
    const linkName = joinPath(this.#form.folder, path);
    for (const other of others) {
      this.#write(headerBlocks({ ...this.#common(other), type: "hardlink", linkName }));
    }
    this.#current = undefined;
  }

  /** What the reading waits for: room in the output, or its end where nobody reads it any more. */
  drained(): Promise<void> | undefined {
    if (!this.#full) return undefined;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error | null): void => {
        this.#output.off("drain", settle).off("close", closed);
        this.#full = false;
        if (error instanceof Error) reject(error);
        else resolve();
      };
      const closed = (): void => {
        settle(new Error("nobody reads the packed context any more"));
      };
      this.#output.once("drain", settle).once("close", closed);
    });
  }

  end(): void {
    const [missing] = this.#awaited.keys();
    if (missing !== undefined) this.#output.destroy(changed(missing));
    else this.#output.end(endOfArchive);
  }

  #common(path: string): { readonly name: string; readonly time: number } {
    return { name: joinPath(this.#form.folder, path), time: this.#form.time };
  }

  #write(bytes: Buffer): void {
    if (bytes.length > 0) this.#full = !this.#output.write(bytes) || this.#full;
  }
}
