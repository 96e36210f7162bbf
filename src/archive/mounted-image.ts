/** The Dockerfile of an image that has files of the project in it. */
import type { MountedImage } from "../project/build-model";
import { resolve, type DirectoryNode } from "./tree";

/**
 * Its text. A folder's content comes to what the image has at the target, since no `COPY` takes away; a file takes the
 * place of the image's. What isn't there is told where the context is opened.
 */
export function mountedDockerfile(root: DirectoryNode, { image, mounts }: MountedImage): string {
  const copies = mounts.map(({ path, target }) => {
    const found = resolve(root, path);
    const source = found?.path === "" ? "." : (found?.path ?? path);
    const folder = found?.node.kind === "directory" ? "/" : "";
    return `COPY ${JSON.stringify([source + folder, target + folder])}`;
  });
  return `${[`FROM ${image}`, ...copies].join("\n")}\n`;
}
