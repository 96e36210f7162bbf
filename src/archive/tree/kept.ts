/** Which files' text the one pass over an archive keeps: those that a project is read from. */

const names = [
  /\.ya?ml$/i,
  /^\.env/,
  /\.env$/,
  /^(?:docker|container)file/i,
  /\.(?:docker|container)file$/i,
  /\.dockerignore$/,
  // What shows the kind of a program, its versions and what starts it (`x-build: auto`).
  /^(?:package|composer|deno)\.jsonc?$|^yarn\.lock$|^\.(?:nvmrc|tool-versions|(?:node|python|ruby|java)-version)$/,
  /^(?:requirements|runtime)\.txt$|^(?:pyproject|Cargo|rust-toolchain)\.toml$|^Pipfile$|^Procfile$|^rust-toolchain$/,
  /^(?:manage|main|app|wsgi|asgi|application|server|api)\.py$|^Gemfile(?:\.lock)?$|\.csproj$/,
  /^go\.mod$|^main\.go$|^pom\.xml$|^(?:build|settings)\.gradle(?:\.kts)?$|^system\.properties$/,
];

/** Folders of other people's projects, which have such files by the thousand. */
const foreign = new Set(["node_modules", ".git", "vendor", "site-packages"]);

/** @param segments - of the path below the root */
export function keepsText(segments: readonly string[]): boolean {
  const name = segments.at(-1);
  if (name === undefined || segments.some((segment) => foreign.has(segment))) return false;
  return names.some((pattern) => pattern.test(name));
}
