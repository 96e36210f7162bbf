/** Paths with `/` between their parts, as Go's path package cleans them: pure text, no file is asked for. */

/** The shortest path of the same meaning: no `.`, no `..` that can be resolved, no double slash; `.` for nothing. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join("/");
  return rooted ? `/${joined}` : joined === "" ? "." : joined;
}

/** A path seen from a folder. */
export function joinPath(folder: string, path: string): string {
  return cleanPath(path.startsWith("/") ? path : `${folder === "" ? "." : folder}/${path}`);
}

/** The folder that a file is in; `.` at the top. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : cleanPath(path.slice(0, end + 1));
}

/** Whether a path leaves the folder that it is seen from. */
export function leaves(path: string): boolean {
  const clean = cleanPath(path);
  return clean.startsWith("/") || clean === ".." || clean.startsWith("../");
}
