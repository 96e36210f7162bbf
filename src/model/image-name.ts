/** Names of images, as Docker compares them (github.com/distribution/reference). */

/** The short form that Docker shows: without its own registry, its official folder, and `:latest`. */
export function familiarName(name: string): string {
  const short = name.replace(/^(?:index\.)?docker\.io\//, "").replace(/:latest$/, "");
  return short.replace(/^library\//, "");
}

/** Whether a text is the name of an image, with or without a tag or a digest. */
export function isImageName(text: string): boolean {
  return /^[^\s:@]+([:/@][^\s]+)*$/.test(text);
}

export interface ImageName {
  /** Without registry, tag and digest, in lower case: `postgres`, `axllent/mailpit`, `elasticsearch/elasticsearch`. */
  readonly path: string;
  /** Empty where the reference has none. */
  readonly tag: string;
}

/** The registry is the part before the first slash that has a dot or a colon, or is `localhost` (distribution/reference). */
export function imageNameOf(reference: string): ImageName {
  const [named = ""] = reference.split("@");
  const slash = named.indexOf("/");
  const host = slash < 0 ? "" : named.slice(0, slash);
  const rest = /[.:]/.test(host) || host === "localhost" ? named.slice(slash + 1) : named;
  const [, path = rest, tag = ""] = /^(.*?)(?::([^/:]*))?$/.exec(rest) ?? [];
  return { path: path.toLowerCase().replace(/^library\//, ""), tag: tag.toLowerCase() };
}
