/** Names of images as people read them. */

/** Hexadecimal digits of a digest that people compare. */
const digestDigits = 12;

/** An image without its registry of ECR, and with the beginning of a digest that is its tag. */
export function shortImage(image: string): string {
  return image
    .replace(/^\d{12}\.dkr[.-]ecr[^/]*\//, "")
    .replace(
      /([:@](?:sha256:)?)([0-9a-f]{64})$/,
      (_all, before: string, digest: string) => before + digest.slice(0, digestDigits),
    );
}
