/** A service with `x-static`: nothing of it runs, its files are served by CloudFront. */
export interface Site {
  /** In the image, absolute or seen from its WORKDIR. @default the files are the build's context, and nothing is built */
  readonly dir?: string;
  /** The document of `/` and of each folder: `index.html`. */
  readonly index: string;
  /** Whether an address that is no file's is answered with the document of `/`. */
  readonly spa: boolean;
  /** Headers of its answers, names as written, sorted by name. */
  readonly headers: Readonly<Record<string, string>>;
}
