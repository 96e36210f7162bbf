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
