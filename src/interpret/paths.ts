/** Paths of a compose file, as seen from the project's root. */
import { posix } from "node:path";

/**
 * A path relative to the root: `/`-separated, without `./`, `.` for the root itself.
 *
 * @param folder - from the root, that the path is seen from
 * @returns `undefined` where it is absolute, in somebody's home, or leaves the root
 */
export function insideRoot(path: string, folder = "."): string | undefined {
  const slashed = path.replaceAll("\\", "/");
  if (slashed.startsWith("/") || slashed.startsWith("~") || /^[A-Za-z]:/.test(slashed)) return undefined;
  const normal = posix.join(folder, slashed).replace(/(.)\/$/, "$1");
  return normal === ".." || normal.startsWith("../") ? undefined : normal;
}

/** Whether a path is a folder itself or is below it; both as {@link insideRoot} gives them. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}
