/** A site's bucket and distribution in memory: what is asked of them is told, and can be cut off. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { ImageLayers, ObjectWords, SiteStore } from "../../src/ports";
import { rawTar, type RawEntry } from "./tar";

export interface StoredObject {
  readonly body: string;
  readonly words?: ObjectWords;
}

export class MemorySiteStore implements SiteStore {
  readonly objects = new Map<string, StoredObject>();
  readonly invalidated: (readonly string[])[] = [];
  /** By reference. */
  readonly images = new Map<string, ImageLayers>();
  readonly asked: string[] = [];
  /** Is called before each request; what it throws is the answer. */
  before: (what: string, key: string) => void = () => undefined;
  /** Is called after each change. */
  after: (what: string, key: string) => void = () => undefined;

  keys(_bucket: string, prefix: string): Promise<ReadonlySet<string>> {
    return this.#do(
      "keys",
      prefix,
      () => new Set([...this.objects.keys()].filter((key) => key.startsWith(prefix))),
    );
  }

  read(_bucket: string, key: string): Promise<string | undefined> {
    return this.#do("read", key, () => this.objects.get(key)?.body);
  }

  write(_bucket: string, key: string, body: string): Promise<void> {
    return this.#do("write", key, () => void this.objects.set(key, { body }));
  }

  put(_bucket: string, key: string, file: string, size: number): Promise<void> {
    return this.#do("put", key, () => {
      const body = readFileSync(file);
      if (body.length !== size) throw new Error(`${key}: ${body.length} bytes in place of ${size}`);
      this.objects.set(key, { body: body.toString("utf8") });
    });
  }

  copy(_bucket: string, from: string, to: string, words: ObjectWords): Promise<void> {
    return this.#do("copy", to, () => {
      const source = this.objects.get(from);
      if (source === undefined) throw new Error(`NoSuchKey: ${from}`);
      this.objects.set(to, { body: source.body, words });
    });
  }

  remove(_bucket: string, keys: readonly string[]): Promise<void> {
    return this.#do("remove", keys.join(" "), () => {
      for (const key of keys) this.objects.delete(key);
    });
  }

  invalidate(_distributionId: string, paths: readonly string[]): Promise<void> {
    return this.#do("invalidate", paths.join(" "), () => void this.invalidated.push(paths));
  }

  layers(reference: string): Promise<ImageLayers> {
    return this.#do("layers", reference, () => {
      const found = this.images.get(reference);
      if (found === undefined) throw new Error(`no image ${reference}`);
      return found;
    });
  }

  /** The served files: text by path. */
  served(): Readonly<Record<string, string>> {
    const found = [...this.objects].filter(([key]) => key.startsWith("site/"));
    return Object.fromEntries(found.map(([key, { body }]) => [key.slice("site/".length), body]));
  }

  async #do<T>(what: string, key: string, work: () => T): Promise<T> {
    this.asked.push(`${what} ${key}`);
    this.before(what, key);
    const answer = work();
    this.after(what, key);
    return Promise.resolve(answer);
  }
}

/** An image of these layers, the lowest first; each is packed by `pack`. */
export function imageOf(
  layers: readonly (readonly RawEntry[])[],
  {
    workingDir = "/",
    pack = gzipSync,
  }: { readonly workingDir?: string; readonly pack?: (tar: Buffer) => Buffer } = {},
): ImageLayers {
  return {
    workingDir,
    layers: layers.map((entries) => {
      const bytes = pack(rawTar(entries));
      const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      return {
        digest,
        open: () => Promise.resolve(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)])),
      };
    }),
  };
}

/** The entries of some files, folders before what is in them left out, as tar allows. */
export function filesOf(files: Readonly<Record<string, string>>): readonly RawEntry[] {
  return Object.entries(files).map(([name, content]) => ({ name, content }));
}
