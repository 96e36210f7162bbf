/** What images say of themselves, as the registries that have them answer. */
import type { ImageConfig } from "../model/image-config";
import type { StackIdentity } from "./stack";

/** An image by its reference, for one platform of Linux. */
export interface ImageRequest {
  readonly reference: string;
  readonly architecture: "amd64" | "arm64";
  /** What the reference means, where that is known. @default the registry is asked */
  readonly digest?: string;
  /** The secret that has the registry's `user:password`. @default whoever asks has them, or nobody needs any */
  readonly login?: string;
}

export interface ImageAnswers {
  /** By reference. */
  readonly configs: ReadonlyMap<string, ImageConfig>;
  /** Why the others could not be read. */
  readonly unread: readonly { readonly reference: string; readonly why: string }[];
}

/** A tag of an image, of which a registry is asked. */
export type TagRequest = Pick<ImageRequest, "reference" | "login">;

export interface TagAnswers {
  /** `sha256:…` by reference. */
  readonly digests: ReadonlyMap<string, string>;
  /** Why the others could not be asked. */
  readonly unread: ImageAnswers["unread"];
}

export interface ImageConfigs {
  /** What tags mean now. Never rejects, and takes three seconds at most in all. */
  digests(requests: readonly TagRequest[], stack: StackIdentity): Promise<TagAnswers>;
  /** Never rejects, and takes three seconds at most in all: what is not known by then is unread. */
  read(requests: readonly ImageRequest[], stack: StackIdentity): Promise<ImageAnswers>;
  /**
   * Whether a registry has an index over these platforms under a digest. Never rejects, and takes three seconds at most.
   *
   * @param reference - `…@sha256:…`
   * @returns `undefined` where the registry does not say
   */
  holds(
    reference: string,
    architectures: readonly ImageRequest["architecture"][],
    stack: StackIdentity,
  ): Promise<boolean | undefined>;
}

/** Credentials of registries that AWS keeps: `user:password`. */
export interface RegistryLogins {
  /** What a secret of the stack, or of Secrets Manager, holds. @returns `undefined` where it isn't set */
  ofSecret(stack: StackIdentity, name: string): Promise<string | undefined>;
  /** @param host - `123456789012.dkr.ecr.us-east-1.amazonaws.com` */
  ofEcr(host: string): Promise<string | undefined>;
}
