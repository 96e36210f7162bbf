/**
 * Dockerfiles that Berth writes: for a folder that has none and is plainly a program of a kind (`x-build: auto`,
 * `berth init`). All are built in stages, run without root, install dependencies before the sources are copied, so that
 * a change of the sources leaves their layer in the cache, and take versions from the project.
 */
import type { Folder, Recipe, Wanted } from "./folder";
import { go } from "./go";
import { java } from "./java";
import { node } from "./node";
import { deno, dotnet, rust } from "./others";
import { hasPages, pages } from "./pages";
import { php } from "./php";
import { python } from "./python";
import { ruby } from "./ruby";

export { MissingFact, type Folder, type Recipe, type Wanted } from "./folder";

interface Kind {
  readonly name: string;
  readonly is: (folder: Folder) => boolean;
  /** @throws MissingFact */
  readonly write: (folder: Folder, wanted: Wanted) => Recipe;
}

/** A kind whose folders have a file of one of these names. */
function by(sign: RegExp): Kind["is"] {
  return (folder) => folder.names().some((name) => sign.test(name));
}

/** In this order: a Django project may have a package.json for its styles, an API in Go an index.html for its pages. */
const kinds: readonly Kind[] = [
  { name: "Go", is: by(/^go\.mod$/), write: go },
  { name: "Rust", is: by(/^Cargo\.toml$/), write: rust },
  { name: "Java", is: by(/^(pom\.xml|build\.gradle(\.kts)?)$/), write: java },
  { name: ".NET", is: by(/\.csproj$/), write: dotnet },
  { name: "Ruby", is: by(/^Gemfile$/), write: ruby },
  { name: "PHP", is: by(/^(composer\.json|index\.php)$/), write: php },
  { name: "Python", is: by(/^(requirements\.txt|pyproject\.toml|Pipfile|manage\.py)$/), write: python },
  { name: "Node", is: by(/^package\.json$/), write: node },
  { name: "Deno", is: by(/^deno\.jsonc?$/), write: deno },
  { name: "static pages", is: hasPages, write: pages },
];

/** What the folder is plainly a program of: `Node`; `undefined` where nothing is known. */
export function kindOf(folder: Folder): string | undefined {
  return kinds.find(({ is }) => is(folder))?.name;
}

/** The kinds that are known, for messages. */
export const kindNames: readonly string[] = kinds.map(({ name }) => name);

/**
 * The Dockerfile of a folder.
 *
 * @returns `undefined` where it is of no known kind
 * @throws MissingFact where it is, and what its image needs to know is not in it
 */
export function recipeFor(folder: Folder, wanted: Wanted = {}): Recipe | undefined {
  return kinds.find(({ is }) => is(folder))?.write(folder, wanted);
}
