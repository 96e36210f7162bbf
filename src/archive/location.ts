/** What a location of a project means: a packed archive here or elsewhere, or a folder. */
import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { onDisk, refusal } from "./errors";

/** A `.tar.gz` (or `.tar`) that is streamed. */
export type PackedLocation =
  | { readonly kind: "remote"; readonly url: string; readonly shown: string; readonly name: string }
  | { readonly kind: "packed"; readonly path: string; readonly shown: string; readonly name: string };

export type ProjectLocation =
  | PackedLocation
  | {
      readonly kind: "directory";
      /** Absolute, no links in it. */
      readonly path: string;
      readonly name: string;
      /** The file of the folder that the location named. */
      readonly composeFile?: string;
    };

/**
 * @param location - `s3://…`, `https://…`, `file://…` or a path: to an archive, a directory or a compose file
 * @param cwd - what relative paths are relative to
 * @throws BerthError (project) where nothing is there, or it is none of these
 */
export function parseLocation(location: string, cwd: string): ProjectLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1]?.toLowerCase();
  // Who opens it takes http:// from this machine only.
  if (scheme === "s3" || scheme === "https" || scheme === "http") return remote(location, scheme);
  if (scheme === undefined) return local(resolve(cwd, location));
  if (scheme === "file") return local(filePath(location));
  throw refusal(withoutQuery(location), `archives are not read from ${scheme}://`, {
    hint: "give s3://bucket/key, https://…, file://… or a path",
  });
}

function remote(location: string, scheme: string): PackedLocation {
  const shown = scheme === "s3" ? location : withoutQuery(location);
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const key = scheme === "s3" ? location.replace(/^s3:\/\/[^/]*\/?/i, "") : (url?.pathname ?? "");
  if (url === undefined || url.hostname === "" || (scheme === "s3" && key === "")) {
    throw refusal(shown, `is not a complete ${scheme}:// location`, {
      hint: scheme === "s3" ? "s3://bucket/path/to/project.tar.gz" : "https://host/path/to/project.tar.gz",
    });
  }
  return { kind: "remote", url: location, shown, name: archiveName(scheme === "s3" ? key : unescape(key)) };
}

function unescape(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A presigned URL's query is a credential, as its user and password would be: never shown. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "").replace(/^([^/]*\/\/)[^/]*@/, "$1");
}

function filePath(location: string): string {
  try {
    return fileURLToPath(location);
  } catch (cause) {
    throw refusal(location, "is not a file:// location of this machine", {
      hint: "file:///absolute/path",
      cause,
    });
  }
}

function local(path: string): ProjectLocation {
  const found = onDisk(path, () => statSync(path));
  if (found.isDirectory()) return directory(path);
  if (!found.isFile()) throw refusal(path, "is neither a file nor a directory");
  if (/\.(?:tar\.gz|tgz|tar)$/i.test(path) || onDisk(path, () => startsAsArchive(path))) {
    return { kind: "packed", path, shown: path, name: archiveName(path) };
  }
  if (!/\.ya?ml$/i.test(path)) {
    throw refusal(path, "is neither an archive nor a compose file", {
      hint: "give a .tar.gz, a directory or a .yaml file",
    });
  }
  // The folder that holds the name, not what the name links to: the file's relative paths start there.
  return { ...directory(dirname(path)), composeFile: basename(path) };
}

function directory(path: string): Extract<ProjectLocation, { kind: "directory" }> {
  const real = onDisk(path, () => realpathSync(path));
  return { kind: "directory", path: real, name: basename(path) };
}

/** gzip's magic, or tar's, in the first block. */
function startsAsArchive(path: string): boolean {
  const head = Buffer.alloc(262);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return head.readUInt16BE(0) === 0x1f8b || head.toString("latin1", 257, 262) === "ustar";
}

/** The file's name without its ending; nothing where it is the hash that an upload is named by. */
function archiveName(path: string): string {
  const name = basename(path).replace(/\.(?:tar\.gz|tgz|tar)$/i, "");
  return /^[0-9a-f]{32,}$/i.test(name) ? "" : name;
}
