/** How this folder refuses: a {@link BerthError} of kind `project`, or {@link FileNotKept} for a second pass. */
import { BerthError } from "../errors";

/**
 * A file is there, but the one pass over the archive did not keep its text.
 * Whoever catches it calls `readMore([error.path])` and reads again.
 */
export class FileNotKept extends Error {
  override readonly name = "FileNotKept";

  constructor(/** Relative to the archive's root. */ readonly path: string) {
    super(`The text of ${printable(path)} was not kept in the pass over the archive`);
  }
}

/** A refusal of an archive, an entry of it or a context (exit 3). */
export function refusal(
  path: string,
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): BerthError {
  const { hint, cause } = options;
  const problem = { path: printable(path), message, ...(hint === undefined ? {} : { hint }) };
  return new BerthError("project", problem, cause === undefined ? {} : { cause });
}

/** A name of someone else's making, safe on a terminal: quoted as JSON where it has control characters. */
export function printable(name: string): string {
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name)
    ? JSON.stringify(name).replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, escapeCharacter)
    : name;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const systemWords: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or directory",
  EACCES: "may not be read by this user",
  EPERM: "may not be read by this user",
  ENOTDIR: "a part of the path is a file, not a directory",
  ELOOP: "the symbolic links of the path turn in a circle",
  ENAMETOOLONG: "the name is too long",
};

/** The code of a system's or zlib's error, by its form: it may come from another realm than ours. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The refusal for an error of the file system; anything else comes back as it is. */
export function fileRefusal(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return refusal(path, systemWords[code] ?? `could not be read: ${code}`, { cause: error });
}

/** Runs an action of the file system on a path and reports its failure as a refusal. */
export function onDisk<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileRefusal(path, error);
  }
}
