/** What a site's files are as objects: their keys, their types, and how long whoever gets them may keep them. */
import { lookup } from "mrmime";
import type { ObjectWords } from "../ports";

/** What is served is below it; nothing else of the bucket does. */
export const served = "site/";

/** What a site is made of, beside its files. */
export interface SiteForm {
  readonly index: string;
  readonly spa: boolean;
}

/** An object that CloudFront serves. */
export interface SiteObject extends ObjectWords {
  /** Of its content. */
  readonly sha256: string;
}

/** By key, below {@link served}. */
export type SiteObjects = Readonly<Record<string, SiteObject>>;

/** A year, the most that there is to say (RFC 9111, 1.2.2 asks for no more; CloudFront's policy keeps no longer). */
const year = 31_536_000;

/** How long an object is kept, by whom: `page` is asked for again each time; `hashed` never changes; `other` browsers ask for. */
export type Keeping = "page" | "hashed" | "other";

const cacheControl: Readonly<Record<Keeping, string>> = {
  page: "no-cache",
  hashed: `public, max-age=${year}, immutable`,
  // CloudFront keeps it until it is invalidated, browsers ask whether theirs is the last one.
  other: `public, max-age=0, s-maxage=${year}, must-revalidate`,
};

/** Folders whose names hold hashes of 8 characters or more, as their builders make them. */
const builtFolders = /(^|\/)(assets|static\/(js|css|media)|_astro|_nuxt|_app|build)\//;

/** All that is below these is named by its content, as Next.js and SvelteKit say themselves. */
const immutableFolders = /(^|\/)(_next\/static\/(chunks|css|media)|_app\/immutable)\//;

/** A hash of hexadecimal digits, with a letter and a digit: `main.3f2c9a1b.js`; not a date. */
const hexHash = /[.\-_](?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}(?=[.\-_][^/]*$)/;

/**
 * A hash as Vite, Rollup and esbuild write it, eight characters before the ending: `index-BxK3d9aZ.js`. A capital that is not
 * the first, or a digit before a letter, distinguishes it from a word: `-Overview.png`, `-Report24.png`.
 */
const mixedHash = /[.\-](?=[\w-]{1,7}[A-Z]|[\w-]*[0-9][A-Za-z])[\w-]{8}\.[a-z0-9]+(\.map)?$/;

/** One of forty hashes of eight hexadecimal digits has no letter; elsewhere such a name may be a date or a number. */
const digitHash = /[.\-_](?!(19|20)\d{6}[.\-_])\d{8}(?=[.\-_][^/]*$)/;

/** How long the file of a name may be kept; a name that only looks as if it changed with its content is rare, and looked for. */
export function keepingOf(path: string, { index }: Pick<SiteForm, "index">): Keeping {
  const type = lookup(path) ?? "";
  if (type === "text/html" || path === index || path.endsWith(`/${index}`)) return "page";
  // What browsers look for under its own name again, to learn of a new version.
  if (/(^|\/)(service-?worker|sw|firebase-messaging-sw)[^/]*\.js$|\.webmanifest$/i.test(path)) return "page";
  if (immutableFolders.test(path) || hexHash.test(path)) return "hashed";
  return builtFolders.test(path) && (mixedHash.test(path) || digitHash.test(path)) ? "hashed" : "other";
}

/** Whether a key's object is one that never changes. */
export function isImmutable({ cacheControl: words }: ObjectWords): boolean {
  return words === cacheControl.hashed;
}

export function isPage({ cacheControl: words }: ObjectWords): boolean {
  return words === cacheControl.page;
}

/** `text/html; charset=utf-8`. What has no ending that is known is bytes. */
export function contentTypeOf(path: string): string {
  // RFC 8615: what is there is named by protocols, and has no ending.
  if (/^\.well-known\/(apple-app-site-association|assetlinks)$/.test(path)) return "application/json";
  const type = lookup(path) ?? "application/octet-stream";
  const isText = /^text\/|javascript|json|\+xml$|\/xml$|manifest/.test(type);
  return isText ? `${type}; charset=utf-8` : type;
}

/** Whether a file belongs to what is published: names that begin with a dot are others' business, but for `.well-known`. */
export function isPublished(path: string): boolean {
  return !/(^|\/)\.(?!well-known\/)/.test(path);
}

/**
 * The objects of a site. Where the site is no single page, a file without an ending, and a page without its own,
 * can also be asked for as a folder, which is what an address without an ending is taken for.
 */
export function objectsOf(
  files: readonly { readonly path: string; readonly sha256: string }[],
  form: SiteForm,
): SiteObjects {
  const objects: Record<string, SiteObject> = {};
  for (const { path, sha256 } of files) {
    const words = { contentType: contentTypeOf(path), cacheControl: cacheControl[keepingOf(path, form)] };
    objects[path] = { sha256, ...words };
  }
  if (form.spa) return objects;
  for (const { path } of files) {
    const folder = folderName(path, form);
    const own = objects[path];
    if (folder === undefined || own === undefined) continue;
    const key = `${folder}/${form.index}`;
    if (!Object.hasOwn(objects, key)) objects[key] = { ...own, cacheControl: cacheControl.page };
  }
  return objects;
}

/** `about` of `about.html`, `LICENSE` of itself. */
function folderName(path: string, { index }: SiteForm): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === index || path.startsWith(".well-known/")) return undefined;
  if (name.endsWith(".html")) return name === ".html" ? undefined : path.slice(0, -".html".length);
  return name.includes(".") ? undefined : path;
}

/** The paths under which CloudFront may have kept an object, as an invalidation takes them (RFC 3986, percent-encoded). */
export function pathsOf(key: string, { index }: Pick<SiteForm, "index">): readonly string[] {
  const path = `/${key.split("/").map(encodeURIComponent).join("/")}`;
  if (key !== index && !key.endsWith(`/${index}`)) return [path];
  return [path, path.slice(0, path.lastIndexOf("/") + 1)];
}
