/** What images say of themselves, asked of the registries that have them. */
import type { ImageConfig } from "../model/image-config";

/** An image by its reference, for one platform of Linux. */
export interface ImageRequest {
  readonly reference: string;
  readonly architecture: "amd64" | "arm64";
}

export interface ImageAnswers {
  /** By reference. */
  readonly configs: ReadonlyMap<string, ImageConfig>;
  /** Why the others could not be read. */
  readonly unread: readonly { readonly reference: string; readonly why: string }[];
}

export interface ImageConfigs {
  /** Never rejects, and takes three seconds at most in all: what is not known by then is unread. */
  read(requests: readonly ImageRequest[]): Promise<ImageAnswers>;
}
