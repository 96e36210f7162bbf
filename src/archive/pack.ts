/** Packs a folder into the archive that the CD task reads: the same bytes for the same files. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, realpathSync } from "node:fs";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Build } from "../model/project";
import { folderContexts, openContext, openMount } from "./context/context";
import { Manifest } from "./context/manifest";
import type { DigestCache } from "./tree/digest-cache";
import { DiskDirectory, DiskFile } from "./tree/disk-tree";
import { fileRefusal, onDisk, refusal } from "./errors";
import { completeLimits } from "./limits";
import { nameIn, PathSet, textEntry, type TarForm, type TarPart } from "./context/packed-context";
import { endOfArchive, headerBlocks, padding } from "./tar/writer";
import { joinPath, nodeAt, resolve, type DirectoryNode } from "./tree/tree";

/** What goes into an archive. */
export interface PackContents {
  /** Compose files, env files and what else was read: `ProjectArchive.usedPaths()`. */
  readonly files: readonly string[];
  /** Each build's context after its ignore file, and its Dockerfile wherever that is. */
  readonly builds: readonly Build[];
}

/** Bytes of one read of a file; one of no more is read at once, which spares a stream for each small file. */
const readSize = 64 * 1024;

/** Bytes that zlib is given at once: each piece waits for two changes of threads. */
const pieceSize = 64 * 1024;

/** RFC 1952, section 2.3.1: the header's tenth byte names the operating system; 255 is "unknown". */
const gzipSystem = { offset: 9, unknown: 255 };

/** Changes with whatever changes the bytes of an archive for the same files. */
const packForm = `1 zlib ${process.versions.zlib}`;

/**
 * Packs a folder as `.tar.gz`: sorted, without times and owners, modes 0755 and 0644, no trace of the machine.
 * One zlib gives the same bytes for the same files; another may compress differently, which no digest sees.
 *
 * @param contents - what to take. @default everything
 * @param digests - with them a file that is another than when it was hashed is refused
 * @returns the stream; it fails with a BerthError (project) where a file cannot be read, is a device or a pipe, has a
 * link out of the root, or changes while it is packed
 */
export function packDirectory(root: string, contents?: PackContents, digests?: DigestCache): Readable {
  return gzipped(tarOf(root, contents, digests), 6);
}

/**
 * Identifies the archive of these contents without packing it: names, modes, targets and digests.
 *
 * @throws BerthError (project) as packing does
 */
export function packedContent(root: string, contents: PackContents, digests: DigestCache): string {
  const disk = opened(root, digests);
  const manifest = new Manifest();
  manifest.record("form", packForm);
  for (const path of [...chosen(disk, contents)].sort()) {
    const node = nodeAt(disk, path);
    if (node?.kind === "file")
      manifest.record("file", path, node.executable ? "0755" : "0644", node.digest());
    else manifest.record(node?.kind ?? "missing", path, node?.kind === "link" ? node.target : "");
  }
  return manifest.digest();
}

/** Packs a build's context out of a folder; a file that is another than when it was hashed is refused. */
export function packContextFromDisk(root: DirectoryNode, form: TarForm): Readable {
  async function* tar(): AsyncGenerator<Buffer> {
    for (const text of form.texts) yield textEntry(text, form.time);
    for (const part of form.parts) {
      for (const path of [...part.paths].sort()) {
        yield* entryOf(root, path, { form: { part, time: form.time }, isChecked: true });
      }
    }
    yield endOfArchive;
  }
  return gzipped(tar(), form.level);
}

/** A tar stream as `.tar.gz`, which fails as it does. */
function gzipped(tar: AsyncGenerator<Buffer>, level: number): Readable {
  const output = new SystemlessGzip();
  pipeline(inLargePieces(tar), createGzip({ level }), output).catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
}

/** The same bytes, those of many small files in one piece. */
async function* inLargePieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    if (size + piece.length > pieceSize && size > 0) {
      yield Buffer.concat(held, size);
      [held, size] = [[], 0];
    }
    if (piece.length < pieceSize) {
      held.push(piece);
      size += piece.length;
    } else yield piece;
  }
  if (size > 0) yield Buffer.concat(held, size);
}

async function* tarOf(
  path: string,
  contents: PackContents | undefined,
  digests: DigestCache | undefined,
): AsyncGenerator<Buffer> {
  const root = opened(path, digests);
  const paths = contents === undefined ? everything(root) : chosen(root, contents);
  const isChecked = digests !== undefined;
  for (const each of [...paths].sort()) yield* entryOf(root, each, { isChecked });
  yield endOfArchive;
}

function opened(path: string, digests: DigestCache | undefined): DiskDirectory {
  return new DiskDirectory(
    onDisk(path, () => realpathSync(path)),
    completeLimits().textBytes,
    digests,
  );
}

function everything(root: DirectoryNode): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = (directory: DirectoryNode, path: string): void => {
    for (const name of directory.names()) {
      const below = joinPath(path, name);
      const node = directory.child(name);
      paths.add(below);
      if (node?.kind === "directory") walk(node, below);
    }
  };
  walk(root, "");
  return paths;
}

/** The paths of the contents, with the links and directories that lead to them. */
function chosen(root: DirectoryNode, contents: PackContents): ReadonlySet<string> {
  const chosen = new PathSet();
  for (const file of contents.files) chosen.addWritten(root, file);
  for (const build of contents.builds) {
    chosen.addContext(root, build.context, openContext(root, build));
    for (const folder of folderContexts(root, build)) chosen.addContext(root, folder.path, folder);
    for (const mount of build.mounts ?? []) {
      const opened = openMount(root, mount);
      if (opened !== undefined) chosen.addContext(root, mount.path, opened);
    }
  }
  return chosen.paths;
}

async function* entryOf(
  root: DirectoryNode,
  path: string,
  {
    form,
    isChecked,
  }: {
    readonly form?: { readonly part: TarPart; readonly time: number };
    /** Whether a file must be what it was when it was hashed. */
    readonly isChecked: boolean;
  },
): AsyncGenerator<Buffer> {
  const node = nodeAt(root, path);
  const common = form === undefined ? { name: path } : { name: nameIn(form.part, path), time: form.time };
  if (node?.kind === "directory") {
    yield headerBlocks({ ...common, type: "directory" });
  } else if (node?.kind === "link") {
    resolve(root, path);
    yield headerBlocks({ ...common, type: "symlink", linkName: node.target });
  } else if (node instanceof DiskFile) {
    const { executable, size } = node;
    yield headerBlocks({ ...common, type: "file", executable, size });
    yield* contentOf(node.path, size, isChecked ? node.digest() : undefined);
    yield padding(size);
  } else {
    throw refusal(path, "is a device or a named pipe", { hint: "move it, or name it in .dockerignore" });
  }
}

/** The bytes of a file, which must be as many as its header said, and those of the digest where one is given. */
async function* contentOf(path: string, size: number, digest: string | undefined): AsyncGenerator<Buffer> {
  const sha256 = digest === undefined ? undefined : createHash("sha256");
  let read = 0;
  try {
    for await (const chunk of chunksOf(path, size)) {
      read += chunk.length;
      if (read > size) break;
      sha256?.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw fileRefusal(path, error);
  }
  if (read !== size || sha256?.digest("hex") !== digest) throw changed(path);
}

/** The refusal of what is another thing than a moment ago. */
export function changed(path: string): Error {
  return refusal(path, "changed while it was packed", { hint: "pack again" });
}

function chunksOf(path: string, size: number): Iterable<Buffer> | AsyncIterable<Buffer> {
  if (size <= readSize) return [readFileSync(path)];
  return createReadStream(path, { highWaterMark: readSize }) as AsyncIterable<Buffer>;
}

/** zlib writes into the header which system it was built for. */
class SystemlessGzip extends Transform {
  #offset = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const at = gzipSystem.offset - this.#offset;
    if (at >= 0 && at < chunk.length) chunk[at] = gzipSystem.unknown;
    this.#offset += chunk.length;
    done(null, chunk);
  }
}
