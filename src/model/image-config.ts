/** What an image says of itself besides its files (OCI Image Format Specification, Image Configuration). */

/** `HEALTHCHECK`: seconds; what is absent has Docker's default. */
export interface ImageCheck {
  /** `["CMD", …]`, `["CMD-SHELL", line]` or `["NONE"]`. */
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

export interface ImageConfig {
  /** @default the image has none, where {@link complete} says so */
  readonly healthcheck?: ImageCheck;
  /** `USER`, as it is written. */
  readonly user?: string;
  /** `SHELL`, which runs a check's line. @default /bin/sh -c */
  readonly shellWords?: readonly string[];
  /** Paths of `VOLUME`s. */
  readonly volumes: readonly string[];
  /** What it `EXPOSE`s: `8080/tcp`. @default nobody knows */
  readonly exposes?: readonly string[];
  /** `STOPSIGNAL`, as it is written. @default SIGTERM, where {@link complete} says so */
  readonly stopSignal?: string;
  /** Whether a shell is in it: one has made a layer of it. @default nobody knows */
  readonly shell?: boolean;
  /** Whether what isn't here isn't in the image; `false` where only a part of it is known. */
  readonly complete: boolean;
}
