/** The names in an archive: what they may be, and the one spelling that the tree knows them by. */
import { refusal } from "../errors";

/** Linux's PATH_MAX and NAME_MAX (limits.h), in bytes: a longer name could not be unpacked where an image is built. */
const maximumPath = 4096;
const maximumSegment = 255;

/**
 * The segments of an entry's name, without `.` and doubled slashes; empty for the root itself.
 *
 * @throws BerthError (project) for absolute names, `..`, NUL and names that no Linux file system holds
 */
export function entrySegments(name: string): readonly string[] {
  if (name === "") throw refusal('""', "an entry of the archive has no name");
  if (name.includes("\0")) throw refusal(name, "the entry's name has a NUL character in it");
  if (name.startsWith("/")) {
    throw refusal(name, "the entry's path is absolute", { hint: "pack with paths relative to the project" });
  }
  if (Buffer.byteLength(name) > maximumPath) {
    throw refusal(`${name.slice(0, 60)}…`, `the entry's path is longer than ${maximumPath} bytes`);
  }
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) {
    throw refusal(name, 'the entry\'s path has ".." in it', { hint: "pack from the project's own folder" });
  }
  const long = segments.find((segment) => Buffer.byteLength(segment) > maximumSegment);
  if (long !== undefined) {
    throw refusal(
      `${long.slice(0, 60)}…`,
      `a part of the entry's path is longer than ${maximumSegment} bytes`,
    );
  }
  return segments;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a name's bytes.
 *
 * @throws BerthError (project) where they are not UTF-8: such a name has no one spelling, so no one digest
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    const shown = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    throw refusal(shown, "the name is not UTF-8", { hint: "rename the file" });
  }
}
