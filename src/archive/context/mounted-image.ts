/** The Dockerfile of an image that has files of the project in it. */
import type { MountedImage, ProjectMount } from "../../model/build";
import { resolve, type DirectoryNode } from "../tree/tree";

/**
 * Its text. A folder's content comes to what the image has at the target, since no `COPY` takes away; a file takes the
 * place of the image's. What is mounted below another mount lies over it, whatever the file's order (moby,
 * daemon/volumes_unix.go, sortMounts). What isn't there is told where the context is opened.
 */
export function mountedDockerfile(root: DirectoryNode, { image, mounts }: MountedImage): string {
  const depth = ({ target }: ProjectMount): number => target.split("/").length;
  const copies = mounts
    .toSorted((one, other) => depth(one) - depth(other))
    .map(({ path, target }) => {
      const found = resolve(root, path);
      const source = found?.path === "" ? "." : (found?.path ?? path);
      const folder = found?.node.kind === "directory" ? "/" : "";
      return `COPY ${JSON.stringify([source + folder, target + folder])}`;
    });
  return `${[`FROM ${image}`, ...copies].join("\n")}\n`;
}
