/** The files of a site out of layers: one pass shows what the image has, another one takes what is wanted. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { TarReader, type TarEntry, type TarVisitor } from "../archive/tar/reader";
import type { ImageLayer } from "../ports";
import { ImageTree, type Content, type LayerEntry } from "./image-tree";

/** A file of a site, on this machine. */
export interface SiteFile {
  /** Relative to the site's folder. */
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Where its content is. */
  readonly file: string;
}

export interface Extraction {
  readonly layers: readonly ImageLayer[];
  /** Absolute, in the image. */
  readonly dir: string;
  /** What it is called in messages. */
  readonly where: string;
  /** Called with the names and sizes before any content is taken; what it throws ends the extraction. */
  readonly judge: (files: ReadonlyMap<string, Content> | undefined, tree: ImageTree) => void;
  /** Whether a file is part of the site. */
  readonly isWanted: (path: string) => boolean;
  /** A folder for the contents. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * The files below the folder, sorted by path. Layers without any of them are read once, the others twice.
 *
 * @throws what `judge` throws; BerthError (project) for what is no layer; an Error where a registry sent something else
 */
export async function extract(extraction: Extraction): Promise<readonly SiteFile[]> {
  const { layers, dir, where, judge, isWanted, folder, signal } = extraction;
  const tree = new ImageTree();
  for (const [index, layer] of layers.entries())
    await readLayer(layer, new Names(tree, index), where, signal);
  const found = tree.files(dir);
  const wanted = found === undefined ? undefined : new Map([...found].filter(([path]) => isWanted(path)));
  judge(wanted, tree);
  const files: SiteFile[] = [];
  for (const [index, layer] of layers.entries()) {
    const own = new Map<number, string[]>();
    for (const [path, content] of wanted ?? [])
      if (content.layer === index) own.set(content.entry, [...(own.get(content.entry) ?? []), path]);
    if (own.size === 0) continue;
    const contents = new Contents(own, join(folder, String(index)), files);
    await readLayer(layer, contents, where, signal);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Tells the tree of the names of one layer. */
class Names implements TarVisitor {
  #count = 0;

  constructor(
    private readonly tree: ImageTree,
    private readonly layer: number,
  ) {}

  entry(entry: TarEntry): void {
    this.tree.add(this.layer, entry.name, this.#entryOf(entry));
    this.#count += 1;
  }

  content(): void {
    // Its names are all that is wanted.
  }

  endEntry(): void {
    // As above.
  }

  #entryOf({ type, linkName, size }: TarEntry): LayerEntry {
    if (type === "file") return { type, content: { layer: this.layer, entry: this.#count, size } };
    return type === "symlink" || type === "hardlink" ? { type, target: linkName } : { type };
  }
}

/** Takes the contents of some entries of one layer. */
class Contents implements TarVisitor {
  #count = -1;
  #current: { readonly paths: readonly string[]; readonly fd: number; readonly hash: Hash } | undefined;
  #size = 0;

  constructor(
    private readonly wanted: ReadonlyMap<number, readonly string[]>,
    /** Of the names of the files. */
    private readonly prefix: string,
    private readonly files: SiteFile[],
  ) {}

  entry({ size }: TarEntry): void {
    this.#count += 1;
    const paths = this.wanted.get(this.#count);
    if (paths === undefined) return;
    this.#size = size;
    this.#current = { paths, fd: openSync(this.#file, "w", 0o600), hash: createHash("sha256") };
  }

  content(piece: Buffer): void {
    if (this.#current === undefined) return;
    this.#current.hash.update(piece);
    for (let written = 0; written < piece.length;) written += writeSync(this.#current.fd, piece, written);
  }

  endEntry(): void {
    if (this.#current === undefined) return;
    const { paths, fd, hash } = this.#current;
    this.#current = undefined;
    closeSync(fd);
    const sha256 = hash.digest("hex");
    for (const path of paths) this.files.push({ path, size: this.#size, sha256, file: this.#file });
  }

  get #file(): string {
    return `${this.prefix}-${this.#count}`;
  }
}

async function readLayer(
  layer: ImageLayer,
  visitor: TarVisitor,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  const reader = new TarReader(visitor, where, "layer");
  const hash = createHash("sha256");
  for await (const chunk of unpacked(hashed(await layer.open(), hash))) {
    signal.throwIfAborted();
    reader.write(chunk);
  }
  reader.end();
  const came = `sha256:${hash.digest("hex")}`;
  if (layer.digest !== "" && came !== layer.digest)
    throw new Error(`the registry sent something else than the layer ${layer.digest}: ${came}`);
}

async function* hashed(stream: Readable, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

/** By its first bytes: gzip (RFC 1952), Zstandard (RFC 8878), or a tar archive as it is. */
async function* unpacked(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield first;
    yield* chunks;
  }
  const unpack = unpackerOf(first);
  if (unpack === undefined) yield* all();
  else {
    const source = Readable.from(all());
    source.on("error", (error) => unpack.destroy(error));
    yield* source.pipe(unpack);
    // What follows the end of what is packed belongs to the layer's digest.
    for await (const _rest of chunks);
  }
}

function unpackerOf(first: Buffer): Transform | undefined {
  if (first[0] === 0x1f && first[1] === 0x8b) return zlib.createGunzip();
  if (!first.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return undefined;
  if (!("createZstdDecompress" in zlib))
    throw new Error("a layer is packed with Zstandard, which needs Node 22.15 or later");
  return zlib.createZstdDecompress();
}
