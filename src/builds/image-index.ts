/** One name for the images of several platforms: an image index (OCI image specification, "Image Index"). */
import type { Manifest } from "../ports";
import type { Platform } from "../model/platforms";

export const indexMediaType = "application/vnd.oci.image.index.v1+json";

/** The index as it is pushed: the same text for the same images, so that its digest is the same too. */
export function indexManifest(
  images: readonly { readonly platform: Platform; readonly manifest: Manifest }[],
): string {
  const manifests = [...images]
    .sort((a, b) => (a.platform < b.platform ? -1 : 1))
    .map(({ platform, manifest: { mediaType, digest, size } }) => {
      const [os, architecture] = platform.split("/");
      return { mediaType, digest, size, platform: { architecture, os } };
    });
  return JSON.stringify({ schemaVersion: 2, mediaType: indexMediaType, manifests });
}
