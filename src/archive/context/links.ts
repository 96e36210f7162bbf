/** The links of a build's context, with what is at the end of each: what BuildKit copies in place of a link. */
import type { Build } from "../../model/project";
import { folderContexts, openContext, type ContextEntry } from "./context";
import { joinPath, resolve, type DirectoryNode } from "../tree/tree";

/** What is at the end of a link. */
export type LinkEnd =
  | {
      readonly kind: "file" | "directory";
      /** Relative to the context, no link in it. */
      readonly path: string;
      /** Relative to the project. */
      readonly inProject: string;
    }
  /** Nothing, or what the ignore file leaves out. */
  | { readonly kind: "missing" }
  /** Something of the project that is outside of the context. */
  | { readonly kind: "outside" };

/** A folder that a Dockerfile copies from. */
export interface LinkTable {
  /** Everything in it after its ignore file, relative to it. */
  readonly paths: ReadonlySet<string>;
  /** By the path of the link. */
  readonly links: ReadonlyMap<string, LinkEnd>;
}

export interface ContextLinks {
  readonly context: LinkTable;
  /** Of each folder that the build takes by name. */
  readonly folders: ReadonlyMap<string, LinkTable>;
}

/** Errors are those of `openContext`. */
export function contextLinks(root: DirectoryNode, build: Build): ContextLinks {
  const context = openContext(root, build);
  return {
    context: tableOf(root, context.root, context.entries()),
    folders: new Map(
      folderContexts(root, build).map((folder) => [
        folder.name,
        tableOf(root, folder.root, folder.entries()),
      ]),
    ),
  };
}

function tableOf(root: DirectoryNode, folder: string, entries: Iterable<ContextEntry>): LinkTable {
  const paths = new Set<string>();
  const found: string[] = [];
  for (const { path, node } of entries) {
    paths.add(path);
    if (node.kind === "link") found.push(path);
  }
  return { paths, links: new Map(found.map((path) => [path, endOf(root, folder, path, paths)])) };
}

function endOf(root: DirectoryNode, folder: string, path: string, paths: ReadonlySet<string>): LinkEnd {
  const end = resolve(root, joinPath(folder, path));
  if (end === undefined || end.node.kind === "special") return { kind: "missing" };
  const { kind } = end.node;
  if (end.path === folder) return { kind: "directory", path: "", inProject: folder };
  if (folder !== "" && !end.path.startsWith(`${folder}/`)) return { kind: "outside" };
  const inside = folder === "" ? end.path : end.path.slice(folder.length + 1);
  return paths.has(inside) ? { kind, path: inside, inProject: end.path } : { kind: "missing" };
}
