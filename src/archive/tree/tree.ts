/** The tree that a project is, wherever it is: in an archive that streamed by, or on the disk. */
import { refusal } from "../errors";

export interface FileNode {
  readonly kind: "file";
  /** Whether anyone may execute it: of a mode, all that a manifest knows. */
  readonly executable: boolean;
  /** Bytes. */
  readonly size: number;
  /** sha256 of the content, hexadecimal. */
  digest(): string;
  /** The content as UTF-8; `undefined` where the pass over the archive did not keep it. */
  text(): string | undefined;
}

export interface LinkNode {
  readonly kind: "link";
  /** As written. */
  readonly target: string;
}

export interface DirectoryNode {
  readonly kind: "directory";
  /** Sorted by code unit. */
  names(): readonly string[];
  child(name: string): TreeNode | undefined;
}

/** A device or a named pipe on the disk: refused as soon as a context holds it. */
export interface SpecialNode {
  readonly kind: "special";
}

export type TreeNode = FileNode | LinkNode | DirectoryNode | SpecialNode;

/** Where a path leads. */
export interface Resolution {
  /** Without links in it, `/`-separated, `""` for the root. */
  readonly path: string;
  readonly node: FileNode | DirectoryNode | SpecialNode;
  /** The links on the way, by their own paths. */
  readonly links: readonly string[];
}

/** Links on the way to a file that Linux follows (path_resolution(7)). */
const maximumLinks = 40;

/**
 * Follows a path through the tree as the system would, except that the root has nothing above it.
 *
 * @returns `undefined` where nothing is there, where links turn in a circle, and where `path` itself leaves the root
 * @throws BerthError (project) where a link leaves the root
 */
export function resolve(root: DirectoryNode, path: string): Resolution | undefined {
  if (path.startsWith("/")) return undefined;
  const pending = path.split("/").reverse();
  const directories: DirectoryNode[] = [root];
  const walked: string[] = [];
  const links: string[] = [];
  let last: Resolution["node"] = root;
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === "" || segment === ".") continue;
    if (last.kind !== "directory") {
      checkMissing(walked.length, [segment, ...pending.reverse()], links);
      return undefined;
    }
    if (segment === "..") {
      if (walked.length === 0) {
        refuseLink(links);
        return undefined;
      }
      walked.pop();
      directories.pop();
      last = directories.at(-1) ?? root;
      continue;
    }
    const child = last.child(segment);
    if (child === undefined) {
      checkMissing(walked.length, [segment, ...pending.reverse()], links);
      return undefined;
    }
    if (child.kind === "link") {
      links.push([...walked, segment].join("/"));
      if (links.length > maximumLinks) return undefined;
      if (child.target.startsWith("/")) refuseLink(links);
      pending.push(...child.target.split("/").reverse());
      continue;
    }
    walked.push(segment);
    last = child;
    if (child.kind === "directory") directories.push(child);
  }
  return { path: walked.join("/"), node: last, links };
}

/** Nothing is there, but what follows may still climb out once something is: judged by its letters. */
function checkMissing(depth: number, rest: readonly string[], links: readonly string[]): void {
  let current = depth;
  for (const segment of rest) {
    if (segment === "..") current -= 1;
    else if (segment !== "" && segment !== ".") current += 1;
    if (current < 0) refuseLink(links);
  }
}

/** Refuses the last link of a path that climbs out; a path without links does so in its own words. */
function refuseLink(links: readonly string[]): void {
  const link = links.at(-1);
  if (link === undefined) return;
  throw refusal(link, "the link leaves the project's root", {
    hint: "link to a file inside the project, or copy the file into it",
  });
}

/** What is at a path itself, no link followed at its end; `undefined` where nothing is. */
export function nodeAt(root: DirectoryNode, path: string): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const segment of path === "" ? [] : path.split("/")) {
    if (node?.kind !== "directory") return undefined;
    node = node.child(segment);
  }
  return node;
}

/** `parent/name`, where the root is `""`. */
export function joinPath(parent: string, name: string): string {
  return parent === "" ? name : `${parent}/${name}`;
}
