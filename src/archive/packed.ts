/** A project in a packed archive: one pass for its tree, another only for texts that the first did not keep. */
import { createHash } from "node:crypto";
import { ArchiveTree } from "./tree/archive-tree";
import { tooLarge } from "./tree/disk-tree";
import { refusal } from "./errors";
import type { PackedLocation } from "./location";
import { projectArchive, type ProjectArchive } from "./project-archive";
import { repack } from "./repack";
import { streamArchive, type SourceOptions } from "./source";
import { TarReader, type TarEntry, type TarVisitor } from "./tar/reader";
import type { FileNode } from "./tree/tree";

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
    {
      root: tree.root,
      fetch: (files) => fetchTexts(place, source, tree, files),
      pack: (form) => repack(tree, form, (visitor, drained) => readTar(place, source, visitor, drained)),
    },
  );
}

/** @param drained - what the next piece waits for. @default nothing */
async function readTar(
  place: PackedLocation,
  source: SourceOptions,
  visitor: TarVisitor,
  drained: () => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const reader = new TarReader(visitor, place.shown);
  await streamArchive(place, source, (chunk) => {
    reader.write(chunk);
    return drained();
  });
  reader.end();
}

/** Gives files of the first pass their text. They are known by their hash, so it is the text that was hashed then. */
async function fetchTexts(
  place: PackedLocation,
  source: SourceOptions,
  tree: ArchiveTree,
  files: ReadonlyMap<string, FileNode>,
): Promise<void> {
  const { textBytes } = source.limits;
  const wanted = new Map<string, number>();
  for (const [path, file] of files) {
    if (file.size > textBytes) throw tooLarge(path, file.size, textBytes);
    if (file.text() === undefined) wanted.set(file.digest(), file.size);
  }
  if (wanted.size === 0) return;
  await readTar(place, source, new TextCollector(wanted, tree));
  if (wanted.size > 0) throw refusal(place.shown, "changed while it was read", { hint: "run again" });
}

/** Holds one candidate at a time: a file that is as long as one that is wanted. */
class TextCollector implements TarVisitor {
  readonly #sizes: ReadonlySet<number>;
  #pieces: Buffer[] | undefined;

  /** @param wanted - sizes by digest; what is found is taken out of it */
  constructor(
    private readonly wanted: Map<string, number>,
    private readonly tree: ArchiveTree,
  ) {
    this.#sizes = new Set(wanted.values());
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
    if (this.wanted.delete(digest)) this.tree.keep(digest, content);
    this.#pieces = undefined;
  }
}
