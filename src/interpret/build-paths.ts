/** Where a build takes its files from: folders of the project, and what is none. */
import type { Node } from "./node";
import { insideRoot } from "./paths";

/** A context that is not a folder: a URL, or a git repository in its short forms. */
export const remote = /^([a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|docker-image:|target:)|\.git(#.*)?$/i;

/**
 * A path inside the project; what leaves it is reported.
 *
 * @param written - as the file has it
 * @param folder - that the path is seen from
 */
export function inside(node: Node, written: string, path: string, folder = "."): string | undefined {
  const normal = insideRoot(path, folder);
  if (normal === undefined) {
    node.problem(
      `${JSON.stringify(written)} leaves the project's folder`,
      "only what is below the compose file's folder is packed: move the files there",
    );
  }
  return normal;
}
