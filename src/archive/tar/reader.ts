/**
 * A tar reader that is fed and answers at once: no stream for each file, no copy of a content.
 *
 * The usual libraries are more lenient than a digest may be. tar-stream takes an archive without an end for whole,
 * goes on after the end marker where builders stop (so that we would digest another tree than they build), drops
 * malformed extended headers in silence, and makes a stream of every file.
 */
import { refusal } from "../errors";
import { blockSize, parseHeader, type RawHeader } from "./header";
import { parseLongName, parsePax, sparse, type Extension } from "./pax";

export interface TarEntry {
  /** `device`: of a layer of an image alone, a device or a pipe. */
  readonly type: "file" | "directory" | "symlink" | "hardlink" | "device";
  /** As written. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  /** Bytes of content that follow; 0 for what is no file. */
  readonly size: number;
}

/** Who hears what is read. Whatever a method throws ends the reading. */
export interface TarVisitor {
  entry(entry: TarEntry): void;
  /** A piece of the last entry's content; the bytes are the reader's, valid during the call. */
  content(piece: Buffer): void;
  /** The last entry is complete. */
  endEntry(): void;
}

/** Bytes of one extended header: a name is 4 KiB at most. */
const maximumExtension = 1024 ** 2;

type State =
  | { readonly kind: "header" }
  | { readonly kind: "content"; left: number }
  | { readonly kind: "extension"; readonly type: string; readonly pieces: Buffer[]; left: number }
  | { readonly kind: "padding"; left: number }
  | { readonly kind: "end"; zeroBlocks: number };

export class TarReader {
  #state: State = { kind: "header" };
  /** The part of a block that the last chunk ended with. */
  readonly #block = Buffer.alloc(blockSize);
  #blockFill = 0;
  #entrySize = 0;
  #extension: Extension | undefined;

  /**
   * @param where - the archive, for messages
   * @param of - a layer of an image may hold devices and pipes, a project may not
   */
  constructor(
    private readonly visitor: TarVisitor,
    private readonly where: string,
    private readonly of: "project" | "layer" = "project",
  ) {}

  /** @throws BerthError (project) for what is no tar archive, or none that is safe to use */
  write(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) offset += this.#take(chunk, offset);
  }

  /** @throws BerthError (project) where the archive is cut off */
  end(): void {
    if (this.#state.kind === "end" && this.#blockFill === 0) return;
    throw refusal(this.where, "the archive is cut off: its end is missing", {
      hint: "pack or upload it again",
    });
  }

  /** @returns how many bytes were taken */
  #take(chunk: Buffer, offset: number): number {
    const state = this.#state;
    if (state.kind === "header" || state.kind === "end") return this.#takeBlock(chunk, offset);
    const piece = chunk.subarray(offset, Math.min(chunk.length, offset + state.left));
    state.left -= piece.length;
    if (state.kind === "content") this.visitor.content(piece);
    if (state.kind === "extension") state.pieces.push(Buffer.from(piece));
    if (state.left === 0) this.#finish(state);
    return piece.length;
  }

  #takeBlock(chunk: Buffer, offset: number): number {
    if (this.#blockFill === 0 && chunk.length - offset >= blockSize) {
      this.#header(chunk.subarray(offset, offset + blockSize));
      return blockSize;
    }
    const taken = chunk.copy(this.#block, this.#blockFill, offset, offset + blockSize - this.#blockFill);
    this.#blockFill += taken;
    if (this.#blockFill === blockSize) {
      this.#blockFill = 0;
      this.#header(this.#block);
    }
    return taken;
  }

  #finish(state: State): void {
    let size = 0;
    if (state.kind === "content") {
      size = this.#entrySize;
      this.visitor.endEntry();
    } else if (state.kind === "extension") {
      const body = Buffer.concat(state.pieces);
      size = body.length;
      this.#extend(state.type, body);
    }
    const padding = (blockSize - (size % blockSize)) % blockSize;
    this.#state = padding === 0 ? { kind: "header" } : { kind: "padding", left: padding };
  }

  #header(block: Buffer): void {
    if (this.#state.kind === "end") {
      this.#afterEnd(this.#state, block);
      return;
    }
    const header = parseHeader(block, this.where);
    if (header === undefined) {
      if (this.#extension !== undefined)
        throw refusal(this.where, "is corrupt: it ends after an extended header");
      this.#state = { kind: "end", zeroBlocks: 1 };
    } else if (/^[xgLK]$/.test(header.type)) {
      if (header.size > maximumExtension)
        throw refusal(this.where, "is corrupt: an extended header is too large");
      this.#state = { kind: "extension", type: header.type, pieces: [], left: header.size };
      if (header.size === 0) this.#finish(this.#state);
    } else {
      this.#entry(header);
    }
  }

  /** One block of zeros, a second one, then only the filling of the last record. */
  #afterEnd(state: { zeroBlocks: number }, block: Buffer): void {
    if (parseHeader(block, this.where) !== undefined) {
      throw refusal(this.where, "more follows after the archive's end", {
        hint: "pack everything into one archive; joined ones are read differently by different tools",
      });
    }
    state.zeroBlocks += 1;
  }

  #extend(type: string, body: Buffer): void {
    const found = extensionOf(type, body, this.where);
    if (type === "g") {
      if (Object.keys(found).length === 0) return;
      throw refusal(this.where, "a global header names a path or a size, which tools read differently");
    }
    const twice = Object.keys(found).some((key) => Object.hasOwn(this.#extension ?? {}, key));
    if (twice) throw refusal(this.where, "two extended headers name one entry, which tools read differently");
    this.#extension = { ...this.#extension, ...found };
  }

  #entry(header: RawHeader): void {
    const extension = this.#extension ?? {};
    this.#extension = undefined;
    const name = extension.name ?? header.name;
    const entry: TarEntry = {
      type: entryType(header.type, name, this.of),
      name,
      linkName: extension.linkName ?? header.linkName,
      mode: header.mode,
      size: extension.size ?? header.size,
    };
    if (entry.type !== "file" && entry.size > 0) {
      throw refusal(name, `is a ${entry.type} with content, which tools read differently`);
    }
    this.visitor.entry(entry);
    this.#entrySize = entry.size;
    this.#state = { kind: "content", left: entry.size };
    if (entry.size === 0) this.#finish(this.#state);
  }
}

function extensionOf(type: string, body: Buffer, where: string): Extension {
  if (type === "L") return { name: parseLongName(body) };
  if (type === "K") return { linkName: parseLongName(body) };
  return parsePax(body, where);
}

function entryType(flag: string, name: string, of: "project" | "layer"): TarEntry["type"] {
  if (flag === "0" || flag === "7") return name.endsWith("/") ? "directory" : "file";
  if (flag === "5") return "directory";
  if (flag === "1") return "hardlink";
  if (flag === "2") return "symlink";
  if (flag === "S") throw sparse(name);
  const words = { "3": "a character device", "4": "a block device", "6": "a named pipe" }[flag];
  if (words !== undefined && of === "layer") return "device";
  if (words !== undefined)
    throw refusal(name, `is ${words}`, { hint: "pack only files, directories and links" });
  throw refusal(name, `is an entry of tar's type ${JSON.stringify(flag)}, which no project has`);
}
