/** Packs a folder into the archive that the CD task reads: the same bytes for the same files. */
import { createReadStream, realpathSync } from "node:fs";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack as tarPack, type Header, type Pack } from "tar-stream";
import type { Build } from "../project/model";
import { openContext, trace } from "./context";
import { DiskDirectory, DiskFile } from "./disk-tree";
import { onDisk, refusal } from "./errors";
import { completeLimits } from "./limits";
import { joinPath, nodeAt, resolve, type DirectoryNode, type TreeNode } from "./tree";

/** What goes into an archive. */
export interface PackContents {
  /** Compose files, env files and what else was read: `ProjectArchive.usedPaths()`. */
  readonly files: readonly string[];
  /** Each build's context after its ignore file, and its Dockerfile wherever that lies. */
  readonly builds: readonly Build[];
}

/** Bytes of one read of a file. */
const readSize = 256 * 1024;

/** RFC 1952, section 2.3.1: the header's tenth byte names the operating system; 255 is "unknown". */
const gzipSystem = { offset: 9, unknown: 255 };

/**
 * Packs a folder as `.tar.gz`: sorted, without times and owners, modes 0755 and 0644, no trace of the machine.
 * One zlib gives the same bytes for the same files; another may compress differently, which no digest sees.
 *
 * @param contents - what to take. @default everything
 * @returns the stream; it fails with a BerthError (project) where a file cannot be read, is a device or a pipe, has a
 * link out of the root, or changes while it is packed
 */
export function packDirectory(root: string, contents?: PackContents): Readable {
  const gzip = createGzip({ level: 6 });
  const output = new SystemlessGzip();
  const entries = pack(root, contents);
  pipeline(entries, gzip, output).catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
}

function pack(path: string, contents: PackContents | undefined): Pack {
  const archive = tarPack();
  const fill = async (): Promise<void> => {
    const root = new DiskDirectory(
      onDisk(path, () => realpathSync(path)),
      completeLimits().textBytes,
    );
    const paths = contents === undefined ? everything(root) : chosen(root, contents);
    for (const each of [...paths].sort()) await addEntry(archive, root, each);
    archive.finalize();
  };
  fill().catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return archive;
}

function everything(root: DirectoryNode): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = (directory: DirectoryNode, path: string): void => {
    for (const [name, node] of directory.children) {
      const below = joinPath(path, name);
      paths.add(below);
      if (node.kind === "directory") walk(node, below);
    }
  };
  walk(root, "");
  return paths;
}

/** The paths of the contents, with the links and directories that lead to them. */
function chosen(root: DirectoryNode, contents: PackContents): ReadonlySet<string> {
  const paths = new Set<string>();
  const add = (path: string): void => {
    for (let at = path; at !== "" && !paths.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf("/"))))
      paths.add(at);
  };
  for (const file of contents.files) trace(root, file).forEach(add);
  for (const build of contents.builds) {
    const context = openContext(root, build);
    for (const path of [build.context, ...context.outside]) trace(root, path).forEach(add);
    for (const { path } of context.entries) add(joinPath(context.root, path));
  }
  return paths;
}

/** tar-stream's default is the present. */
const noTime = new Date(0);

async function addEntry(archive: Pack, root: DirectoryNode, path: string): Promise<void> {
  const node = nodeAt(root, path);
  const header = headerOf(root, path, node);
  if (!(node instanceof DiskFile)) {
    archive.entry(header);
    return;
  }
  const entry = archive.entry({ ...header, size: node.size });
  try {
    await pipeline(createReadStream(node.path, { highWaterMark: readSize }), entry);
  } catch (cause) {
    throw refusal(node.path, "could not be read, or changed while it was packed", {
      hint: "pack again",
      cause,
    });
  }
}

function headerOf(
  root: DirectoryNode,
  path: string,
  node: TreeNode | undefined,
): Partial<Header> & Pick<Header, "name"> {
  const common = { name: path, mtime: noTime, uid: 0, gid: 0 };
  if (node?.kind === "directory") return { ...common, name: `${path}/`, type: "directory", mode: 0o755 };
  if (node?.kind === "file") return { ...common, type: "file", mode: node.executable ? 0o755 : 0o644 };
  if (node?.kind === "link") {
    resolve(root, path);
    return { ...common, type: "symlink", mode: 0o777, linkname: node.target };
  }
  throw refusal(path, "is a device or a named pipe", { hint: "move it, or name it in .dockerignore" });
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
