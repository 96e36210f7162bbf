/** The ports of static sites: what publishes their files inside the program, and what it asks of S3, ECR and CloudFront. */
import type { Readable } from "node:stream";
import type { Architecture, Build } from "../model/project";

/** Where a site's files come from. */
export type SiteSource =
  /** What is in a folder of an image, by `repository@sha256:…`; a relative folder is seen from its WORKDIR. */
  | {
      readonly kind: "image";
      readonly reference: string;
      readonly architecture: Architecture;
      readonly dir: string;
    }
  /** A folder of the project, as the build would have it for its context. */
  | { readonly kind: "folder"; readonly build: Build };

/** A version of a site that is to be what CloudFront serves. */
export interface SiteRequest {
  readonly service: string;
  readonly bucket: string;
  readonly distributionId: string;
  /** Hexadecimal: of the files, and of what is made of them. */
  readonly version: string;
  readonly source: SiteSource;
  /** The document of a folder: `index.html`. */
  readonly index: string;
  readonly spa: boolean;
}

/** What publishing came to. */
export interface PublishedSite {
  readonly service: string;
  readonly version: string;
  /** `unchanged`: it was published already. */
  readonly outcome: "published" | "unchanged";
  readonly files: number;
  /** Objects that were written for it, and that went. */
  readonly changed: number;
  readonly removed: number;
  readonly seconds: number;
}

export interface SiteFailure {
  readonly service: string;
  /** `build`: the files can't be used. `deployment`: AWS refused, or could not be reached. */
  readonly kind: "build" | "deployment";
  /** The compose path. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Publishes sites inside a program's `apply`. Like an `ImageBuilder` it records its failures, and the use-case asks for
 * them after the run.
 */
export interface SitePublisher {
  /** Resolves once the version is what CloudFront serves; nothing is done where it is already. */
  publish(request: SiteRequest): Promise<PublishedSite>;
  results(): readonly PublishedSite[];
  failures(): readonly SiteFailure[];
  /** Begins nothing more, and resolves when what was begun has stopped: the next run goes on with it. */
  stop(): Promise<void>;
}

/** What S3 says of an object to those who ask for it. */
export interface ObjectWords {
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A layer of an image: a tar archive, compressed or not. */
export interface ImageLayer {
  /** `sha256:…` of its bytes as {@link open} gives them. */
  readonly digest: string;
  open(): Promise<Readable>;
}

export interface ImageLayers {
  /** The image's WORKDIR, absolute. */
  readonly workingDir: string;
  /** The lowest first. */
  readonly layers: readonly ImageLayer[];
}

/** A site's bucket and distribution, and images; `src/aws` and the simulator answer. Every method rejects with a BerthError. */
export interface SiteStore {
  /** The keys that begin so. */
  keys(bucket: string, prefix: string): Promise<ReadonlySet<string>>;
  /** @returns `undefined` where there is no such object */
  read(bucket: string, key: string): Promise<string | undefined>;
  write(bucket: string, key: string, text: string): Promise<void>;
  /** @param file - a file of this machine */
  put(bucket: string, key: string, file: string, size: number): Promise<void>;
  /** Within the bucket, with words of its own. */
  copy(bucket: string, from: string, to: string, words: ObjectWords): Promise<void>;
  remove(bucket: string, keys: readonly string[]): Promise<void>;
  /** Resolves once no location of CloudFront has what it kept of these paths. */
  invalidate(distributionId: string, paths: readonly string[]): Promise<void>;
  /** @param page - a file that is looked for in the image, absolute or seen from its WORKDIR */
  layers(reference: string, architecture: Architecture, page: string): Promise<ImageLayers>;
}
