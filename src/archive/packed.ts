/** A project in a packed archive: one pass for its tree, another only for texts that the first did not keep. */
import { createHash } from "node:crypto";
import { ArchiveFile, ArchiveTree } from "./archive-tree";
import { tooLarge } from "./disk-tree";
import { refusal } from "./errors";
import type { PackedLocation } from "./location";
import { projectArchive, type ProjectArchive } from "./project-archive";
import { streamArchive, type SourceOptions } from "./source";
import { TarReader, type TarEntry, type TarVisitor } from "./tar-reader";
import type { FileNode } from "./tree";

/** Errors are those of `openArchive`. */
export async function openPacked(place: PackedLocation, source: SourceOptions): Promise<ProjectArchive> {
  const tree = new ArchiveTree(source.limits);
  await readTar(place, source, tree);
  tree.finish(place.shown);
  return projectArchive(
    {
      directory: false,
      directoryName: place.name,
      location: place.kind === "remote" ? place.url : place.path,
    },
    { root: tree.root, fetch: (files) => fetchTexts(place, source, files) },
  );
}

async function readTar(place: PackedLocation, source: SourceOptions, visitor: TarVisitor): Promise<void> {
  const reader = new TarReader(visitor, place.shown);
  await streamArchive(place, source, (chunk) => {
    reader.write(chunk);
  });
  reader.end();
}

/** Gives files of the first pass their text. They are known by their hash, so it is the text that was hashed then. */
async function fetchTexts(
  place: PackedLocation,
  source: SourceOptions,
  files: ReadonlyMap<string, FileNode>,
): Promise<void> {
  const { textBytes } = source.limits;
  const wanted = new Map<string, ArchiveFile[]>();
  for (const [path, file] of files) {
    if (file.size > textBytes) throw tooLarge(path, file.size, textBytes);
    if (!(file instanceof ArchiveFile) || file.text() !== undefined) continue;
    wanted.set(file.digest(), [...(wanted.get(file.digest()) ?? []), file]);
  }
  if (wanted.size === 0) return;
  const collector = new TextCollector(wanted);
  await readTar(place, source, collector);
  if (wanted.size > 0) throw refusal(place.shown, "changed while it was read", { hint: "run again" });
}

/** Holds one candidate at a time: a file that is as long as one that is wanted. */
class TextCollector implements TarVisitor {
  readonly #wanted: Map<string, readonly ArchiveFile[]>;
  readonly #sizes: ReadonlySet<number>;
  #pieces: Buffer[] | undefined;

  /** @param wanted - by digest; what is found is taken out of it */
  constructor(wanted: Map<string, readonly ArchiveFile[]>) {
    this.#wanted = wanted;
    this.#sizes = new Set([...wanted.values()].flat().map((file) => file.size));
  }

  entry(entry: TarEntry): void {
    this.#pieces = entry.type === "file" && this.#sizes.has(entry.size) ? [] : undefined;
  }

  content(piece: Buffer): void {
    this.#pieces?.push(Buffer.from(piece));
  }

  endEntry(): void {
    if (this.#pieces === undefined) return;
    const content = Buffer.concat(this.#pieces);
    const digest = createHash("sha256").update(content).digest("hex");
    for (const file of this.#wanted.get(digest) ?? []) file.keep(content.toString("utf8"));
    this.#wanted.delete(digest);
    this.#pieces = undefined;
  }
}
