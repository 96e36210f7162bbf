/** Buckets of static sites under simulation: objects are files of a folder, and an image has one page. */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, posix } from "node:path";
import { Readable } from "node:stream";
import { endOfArchive, headerBlocks, padding } from "../../archive/tar/writer";
import type { ImageLayers, ObjectWords, SiteStore } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";
import { recordOf, textOf } from "../cloud/values";

const bucketType = "aws:s3/bucket:Bucket";

export interface SimulatedSitesOptions {
  /** Where buckets are folders. */
  readonly directory: string;
  /** What has the buckets. @default nobody distinguishes one that was made again from the one before */
  readonly clouds?: () => readonly SimulatedAws[];
}

export class SimulatedSites implements SiteStore {
  constructor(private readonly options: SimulatedSitesOptions) {}

  keys(bucket: string, prefix: string): Promise<ReadonlySet<string>> {
    const names = readdirSync(this.#folder(bucket)).filter((name) => !name.endsWith(wordsEnding));
    return Promise.resolve(new Set(names.map(decodeURIComponent).filter((key) => key.startsWith(prefix))));
  }

  read(bucket: string, key: string): Promise<string | undefined> {
    const file = this.#file(bucket, key);
    return Promise.resolve(existsSync(file) ? readFileSync(file, "utf8") : undefined);
  }

  write(bucket: string, key: string, text: string): Promise<void> {
    writeFileSync(this.#file(bucket, key), text);
    return Promise.resolve();
  }

  put(bucket: string, key: string, file: string): Promise<void> {
    copyFileSync(file, this.#file(bucket, key));
    return Promise.resolve();
  }

  copy(bucket: string, from: string, to: string, words: ObjectWords): Promise<void> {
    copyFileSync(this.#file(bucket, from), this.#file(bucket, to));
    writeFileSync(this.#file(bucket, to) + wordsEnding, JSON.stringify(words));
    return Promise.resolve();
  }

  /** What S3 says of an object beside its content. */
  words(bucket: string, key: string): ObjectWords | undefined {
    const file = this.#file(bucket, key) + wordsEnding;
    if (!existsSync(file)) return undefined;
    const { contentType, cacheControl } = recordOf(JSON.parse(readFileSync(file, "utf8")));
    return { contentType: textOf(contentType), cacheControl: textOf(cacheControl) };
  }

  remove(bucket: string, keys: readonly string[]): Promise<void> {
    for (const key of keys)
      for (const ending of ["", wordsEnding]) rmSync(this.#file(bucket, key) + ending, { force: true });
    return Promise.resolve();
  }

  invalidate(): Promise<void> {
    return Promise.resolve();
  }

  /** A page that names the image: a simulated build has made no other. */
  layers(reference: string, _architecture: string, page: string): Promise<ImageLayers> {
    const content = Buffer.from(`<!doctype html><title>${reference}</title>\n`);
    const header = headerBlocks({
      name: posix.resolve("/", page).slice(1),
      type: "file",
      size: content.length,
    });
    const layer = Buffer.concat([header, content, padding(content.length), endOfArchive]);
    const digest = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
    return Promise.resolve({
      workingDir: "/",
      layers: [{ digest, open: () => Promise.resolve(Readable.from([layer])) }],
    });
  }

  #file(bucket: string, key: string): string {
    return join(this.#folder(bucket), encodeURIComponent(key));
  }

  /** One that was deleted and made again is another one, and empty. */
  #folder(bucket: string): string {
    const { directory, clouds } = this.options;
    const made = clouds?.()
      .flatMap((cloud) => cloud.all(bucketType))
      .find(({ id }) => id === bucket);
    const before = existsSync(directory) ? readdirSync(directory) : [];
    const seeds = before.flatMap((name) =>
      name.startsWith(`${bucket}@`) ? [Number(name.slice(bucket.length + 1))] : [],
    );
    const folder = join(directory, `${bucket}@${made?.seed ?? Math.max(0, ...seeds)}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}

/** Of the file beside an object; encoded keys hold no space. */
const wordsEnding = " words";
