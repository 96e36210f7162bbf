/** The files of the project that an image gets, as instructions of a Dockerfile. */
import type { MountedImage, ProjectMount } from "../../model/build";
import { resolve, type DirectoryNode } from "../tree/tree";
import { textFile } from "./packed-context";

/** The Dockerfile of an image that has files of the project in it; its context is the root of the project. */
export function mountedDockerfile(root: DirectoryNode, { image, mounts }: MountedImage): string {
  const copies = mountCopies(root, mounts, (mount, index) => {
    if (mount.text !== undefined) return `../${textFile(index)}`;
    const found = resolve(root, mount.path);
    return found?.path === "" ? "." : (found?.path ?? mount.path);
  });
  return `${[`FROM ${image}`, ...copies].join("\n")}\n`;
}

/**
 * A folder's content comes to what the image has at the target, since no `COPY` takes away; a file takes the place of
 * the image's. What is mounted below another mount covers it, whatever the file's order (moby,
 * daemon/volumes_unix.go, sortMounts). What isn't there is reported where the context is opened.
 *
 * @param sourceOf - where a mount is, as the builder finds it
 * @param owner - whose the files become. @default root's
 */
export function mountCopies(
  root: DirectoryNode,
  mounts: readonly ProjectMount[],
  sourceOf: (mount: ProjectMount, index: number) => string,
  owner?: string,
): readonly string[] {
  const depth = ({ target }: ProjectMount): number => target.split("/").length;
  const flag = owner === undefined ? "" : `--chown=${owner} `;
  return mounts
    .map((mount, index) => ({ mount, source: sourceOf(mount, index) }))
    .toSorted((one, other) => depth(one.mount) - depth(other.mount))
    .map(({ mount, source }) => {
      const isFolder = mount.text === undefined && resolve(root, mount.path)?.node.kind === "directory";
      const slash = isFolder ? "/" : "";
      return `COPY ${flag}${JSON.stringify([source + slash, mount.target + slash])}`;
    });
}
