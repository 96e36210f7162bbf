/** Which files' text the one pass over an archive keeps: those that a project is read from. */

const names = [
  /\.ya?ml$/i,
  /^\.env/,
  /\.env$/,
  /^(?:docker|container)file/i,
  /\.(?:docker|container)file$/i,
  /\.dockerignore$/,
];

/** Folders of other people's projects, which have such files by the thousand. */
const foreign = new Set(["node_modules", ".git", "vendor", "site-packages"]);

/** @param segments - of the path below the root */
export function keepsText(segments: readonly string[]): boolean {
  const name = segments.at(-1);
  if (name === undefined || segments.some((segment) => foreign.has(segment))) return false;
  return names.some((pattern) => pattern.test(name));
}
