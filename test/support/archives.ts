/** Folders and archives in a temporary directory, and a store that answers from memory. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { openArchive, type ArchiveOptions, type ProjectArchive } from "../../src/archive";
import type { ArchiveStore } from "../../src/ports";

/** A file's text, or what else lies at a path. */
export type Planted =
  | string
  | { readonly link: string }
  | { readonly executable: string }
  | { readonly bytes: Buffer }
  | { readonly directory: true };

export class Workspace {
  readonly path = mkdtempSync(join(tmpdir(), "berth-archive-"));
  #next = 0;

  /** Writes a folder. @returns its path */
  plant(tree: Readonly<Record<string, Planted>>, name = `folder-${++this.#next}`): string {
    const root = join(this.path, name);
    mkdirSync(root, { recursive: true });
    for (const [path, planted] of Object.entries(tree)) plantOne(join(root, path), planted);
    return root;
  }

  /** Writes a file. @returns its path */
  write(content: Buffer | string, name = `archive-${++this.#next}.tar.gz`): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function plantOne(path: string, planted: Planted): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof planted === "string") writeFileSync(path, planted, { mode: 0o640 });
  else if ("bytes" in planted) writeFileSync(path, planted.bytes);
  else if ("link" in planted) symlinkSync(planted.link, path);
  else if ("directory" in planted) mkdirSync(path, { recursive: true });
  else {
    writeFileSync(path, planted.executable);
    chmodSync(path, 0o700);
  }
}

/** A store of archives by location; it hands them out in small pieces. */
export class MemoryStore implements ArchiveStore {
  readonly opened: string[] = [];
  readonly #archives: Readonly<Record<string, Buffer>>;

  constructor(archives: Readonly<Record<string, Buffer>> = {}) {
    this.#archives = archives;
  }

  open(location: string): Promise<NodeJS.ReadableStream> {
    this.opened.push(location);
    const bytes = this.#archives[location];
    if (bytes === undefined) return Promise.reject(new Error(`no archive at ${location}`));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 1000) pieces.push(bytes.subarray(at, at + 1000));
    return Promise.resolve(Readable.from(pieces));
  }
}

export function open(location: string, options: Partial<ArchiveOptions> = {}): Promise<ProjectArchive> {
  return openArchive(location, { store: new MemoryStore(), cwd: tmpdir(), ...options });
}
