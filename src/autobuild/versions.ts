/** The version of a language that a project names, as the tag of an image. */
import semver from "semver";
import type { Folder } from "./folder";

/** The versions that a range may mean, newest first, and the one that is taken where a project names none. */
export interface Releases {
  readonly known: readonly string[];
  readonly usual: string;
}

/** What `.tool-versions` (asdf, mise) says of a tool. */
export function toolVersion(folder: Folder, ...tools: readonly string[]): string | undefined {
  for (const line of folder.read(".tool-versions")?.split(/\r?\n/) ?? []) {
    const [tool = "", version] = line.trim().split(/\s+/);
    if (tools.includes(tool)) return version;
  }
  return undefined;
}

/** The first line of a file that holds a version and nothing else: `.nvmrc`, `.python-version`. */
export function versionFile(folder: Folder, name: string): string | undefined {
  const line = folder
    .read(name)
    ?.split(/\r?\n/)
    .map((each) => each.trim())
    .find((each) => each !== "" && !each.startsWith("#"));
  return line === undefined || line === "" ? undefined : line;
}

/** Digits of a version with nothing that says "from" or "up to": a tag as it is. */
export function exactTag(text: string | undefined): string | undefined {
  return /^v?(\d+(?:\.\d+){0,2})$/.exec(text?.trim() ?? "")?.[1];
}

/**
 * The tag of an image for what a project writes of its version: an exact one as it is, of a range the usual release
 * where it is in it, else the newest known one that is.
 *
 * @param range - in npm's form
 * @returns `undefined` where no known release is in the range
 */
export function tagFor(range: string | undefined, { known, usual }: Releases): string | undefined {
  if (range === undefined) return usual;
  const exact = exactTag(range);
  if (exact !== undefined) return exact;
  if (semver.validRange(range) === null) return usual;
  // A release is in the range where any version of it is: 22 means 22.0.0 to the last 22.
  return [usual, ...known].find((release) => semver.intersects(range, release));
}

/** The range of Python's `requires-python` (PEP 440) in npm's form. */
export function fromPython(range: string): string {
  return range
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !part.startsWith("!="))
    .map((part) => part.replace(/^===?\s*/, "").replace(/^~=\s*(\d+)\.(\d+)\.(\d+).*/, "~$1.$2.$3"))
    .map((part) => part.replace(/^~=\s*(\d+)\.(\d+)$/, "^$1.$2"))
    .join(" ");
}

/** A requirement of RubyGems (`~> 3.3`, `>= 3.1`) in npm's form. */
export function fromRuby(requirement: string): string {
  return requirement
    .split(",")
    .map((part) => part.trim().replace(/^["']|["']$/g, ""))
    .map((part) => part.replace(/^~>\s*(\d+)\.(\d+)\.(\d+)$/, "~$1.$2.$3"))
    .map((part) => part.replace(/^~>\s*(\d+(?:\.\d+)?)$/, "^$1"))
    .join(" ");
}

/** A constraint of Composer (`^8.2`, `>=8.1 <8.4`, `~8.2`, `8.2|8.3`) in npm's form. */
export function fromComposer(constraint: string): string {
  return constraint
    .replaceAll(",", " ")
    .replace(/\|\|?/g, " || ")
    .replace(/~(\d+)\.(\d+)(?![.\d])/g, "^$1.$2");
}
