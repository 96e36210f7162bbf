/** A build's context out of a packed archive: one more pass, in which only what the context holds is written again. */
import { Readable } from "node:stream";
import { createGzip, type Gzip } from "node:zlib";
import type { ArchiveTree } from "./tree/archive-tree";
import { Digester } from "./tree/digester";
import { entrySegments } from "./tree/entry-name";
import { changed } from "./pack";
import { nameIn, textEntry, type TarForm } from "./context/packed-context";
import { BlockWriter } from "./tar/blocks";
import type { TarEntry, TarVisitor } from "./tar/reader";
import { endOfArchive, headerBlocks, padding } from "./tar/writer";
import { nodeAt, type FileNode } from "./tree/tree";

/** Reads the archive again; `drained` is what the next piece of it waits for. */
type Read = (visitor: TarVisitor, drained: () => Promise<void> | undefined) => Promise<void>;

/**
 * @param form - what to take, from the tree of the first pass
 * @returns the `.tar.gz`; it fails as the reading does, and where the archive is another than in the first pass
 */
export function repack(tree: ArchiveTree, form: TarForm, read: Read): Readable {
  const gzip = createGzip({ level: form.level });
  const repacker = new Repacker(tree, form, gzip);
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
interface Current extends Awaited {
  /** Further names: hard links. */
  readonly others: readonly string[];
}

/** A file of the tree, and its name in the context. */
interface Awaited {
  readonly path: string;
  readonly name: string;
  readonly node: FileNode;
}

class Repacker implements TarVisitor {
  readonly #digester = new Digester();
  /** Files still to come, by the path of the entry that has their content. */
  readonly #awaited = new Map<string, Awaited[]>();
  #current: Current | undefined;
  readonly #blocks: BlockWriter;

  /** Directories and links first: the tree knows them whole, also the directories that no entry names. */
  constructor(
    tree: ArchiveTree,
    private readonly form: TarForm,
    private readonly output: Gzip,
  ) {
    this.#blocks = new BlockWriter(output);
    for (const text of form.texts) this.#write(textEntry(text, form.time));
    for (const part of form.parts) {
      for (const path of [...part.paths].sort()) this.#begin(tree, path, nameIn(part, path));
    }
  }

  #begin(tree: ArchiveTree, path: string, name: string): void {
    const node = nodeAt(tree.root, path);
    const common = this.#common(name);
    if (node?.kind === "directory") this.#write(headerBlocks({ ...common, type: "directory" }));
    if (node?.kind === "link") {
      this.#write(headerBlocks({ ...common, type: "symlink", linkName: node.target }));
    }
    if (node?.kind !== "file") return;
    const source = tree.hardLinks.get(path) ?? path;
    const names = this.#awaited.get(source) ?? [];
    names.push({ path, name, node });
    this.#awaited.set(source, names);
  }

  entry(entry: TarEntry): void {
    if (entry.type !== "file") return;
    const path = entrySegments(entry.name).join("/");
    const [first, ...others] = this.#awaited.get(path) ?? [];
    if (first === undefined) return;
    const { node } = first;
    if (entry.size !== node.size) throw changed(path);
    this.#awaited.delete(path);
    this.#current = { ...first, others: others.map((other) => other.name) };
    this.#digester.begin(node.size);
    const { executable, size } = node;
    this.#write(headerBlocks({ ...this.#common(first.name), type: "file", executable, size }));
  }

  content(piece: Buffer): void {
    if (this.#current === undefined) return;
    this.#digester.update(piece);
    this.#write(piece);
  }

  endEntry(): void {
    if (this.#current === undefined) return;
    const { path, name, node, others } = this.#current;
    if (this.#digester.digest() !== node.digest()) throw changed(path);
    this.#write(padding(node.size));
    for (const other of others) {
      this.#write(headerBlocks({ ...this.#common(other), type: "hardlink", linkName: name }));
    }
    this.#current = undefined;
  }

  /** What the reading waits for: room in the output, or its end where nobody reads it any more. */
  drained(): Promise<void> | undefined {
    return this.#blocks.drained();
  }

  end(): void {
    const [missing] = this.#awaited.keys();
    if (missing !== undefined) this.output.destroy(changed(missing));
    else {
      this.#write(endOfArchive);
      this.#blocks.end();
    }
  }

  #common(name: string): { readonly name: string; readonly time: number } {
    return { name, time: this.form.time };
  }

  #write(bytes: Buffer): void {
    this.#blocks.write(bytes);
  }
}
