/** Where things lie in the context that a builder gets, and what of the project goes into it. */
import type { Build } from "../../model/project";
import { folderContexts, openContext, openMount, trace, type Context } from "./context";
import { headerBlocks, padding } from "../tar/writer";
import { joinPath, type DirectoryNode } from "../tree/tree";

/** The folder of a packed context that the project is in. What is beside it, no `COPY .` of a context sees. */
export const contextFolder = "project";

/** The Dockerfile that Berth writes itself, in place of one of the project. */
export const ownDockerfile = "berth/Dockerfile";

/** The folder that a named context is in. @param index - of it among the build's contexts */
export function namedContextFolder(index: number): string {
  return `berth/contexts/${index}`;
}

/** The place of what a service mounts over a built image. @param index - of it among the build's mounts */
export function mountPlace(index: number): string {
  return `berth/mounts/${index}`;
}

/** The place of a text that the compose file holds. @param index - of it among the mounts */
export function textFile(index: number): string {
  return `berth/texts/${index}`;
}

/** A file of the project that is packed once more, under a name of its own. */
export interface FileCopy {
  /** In what is packed: {@link linkedFile}. */
  readonly place: string;
  /** Relative to the project, no link in it. */
  readonly path: string;
}

/** A file that the project has not, and an instruction names. */
export interface WrittenFile {
  /** In what is packed: {@link scriptFile}. */
  readonly place: string;
  readonly text: string;
}

/** Where a script of a Dockerfile is. @param index - of it among the build's scripts */
export function scriptFile(index: number, name: string): string {
  return `berth/scripts/${index}/${name}`;
}

/** Where the file at the end of a link is under the link's own name. @param index - of it among the build's copies */
export function linkedFile(index: number, name: string): string {
  return `berth/links/${index}/${name}`;
}

/** Paths of the project that are packed into one folder. */
export interface TarPart {
  readonly folder: string;
  /** The folder of the project that becomes it, `""` for the root. */
  readonly from: string;
  /** From the root of the project. */
  readonly paths: ReadonlySet<string>;
}

/** How a build's context is packed. */
export interface TarForm {
  readonly parts: readonly TarPart[];
  /** Files that the project has not. */
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  /** Of every entry: seconds since the epoch. */
  readonly time: number;
  /** zlib's, 1 to 9. */
  readonly level: number;
}

/** The name that a path of the project has in the archive. */
export function nameIn({ folder, from }: TarPart, path: string): string {
  if (path === from) return folder;
  return joinPath(folder, from === "" ? path : path.slice(from.length + 1));
}

/** Paths of the project, with the links and directories that lead to them. */
export class PathSet {
  readonly paths = new Set<string>();

  /** @param path - without links in it */
  add(path: string): void {
    const { paths } = this;
    for (let at = path; at !== "" && !paths.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf("/"))))
      paths.add(at);
  }

  /** A path as it is written: through links, and to what they lead to. */
  addWritten(root: DirectoryNode, path: string): void {
    for (const each of trace(root, path)) this.add(each);
  }

  /** @param written - the path of the context, through whatever links */
  addContext(
    root: DirectoryNode,
    written: string,
    context: Pick<Context, "root" | "entries" | "outside">,
  ): void {
    for (const path of [written, ...context.outside]) this.addWritten(root, path);
    for (const { path } of context.entries()) this.add(joinPath(context.root, path));
  }
}

/** A file that the project has not, whole. */
export function textEntry({ name, text }: TarForm["texts"][number], time: number): Buffer {
  const content = Buffer.from(text);
  const header = headerBlocks({ name, type: "file", size: content.length, time });
  return Buffer.concat([header, content, padding(content.length)]);
}

function mountedTexts({ dockerfile, mounts = [] }: Build): TarForm["texts"] {
  const all = typeof dockerfile !== "string" && "mounts" in dockerfile ? dockerfile.mounts : mounts;
  return all.flatMap(({ text }, index) => (text === undefined ? [] : [{ name: textFile(index), text }]));
}

/**
 * What is packed for one build.
 *
 * @param own - the Dockerfile, where the builder reads another one than the project has
 * @param copies - files that lie in it a second time, or that the project has not
 */
export function contextForm(
  root: DirectoryNode,
  build: Build,
  own: string | undefined,
  copies: readonly (FileCopy | WrittenFile)[],
): Pick<TarForm, "parts" | "texts"> {
  const context = openContext(root, build);
  const project = new PathSet();
  project.addContext(root, build.context, context);
  const indexOf = new Map((build.contexts ?? []).map(({ name }, index) => [name, index]));
  const named = folderContexts(root, build).map((folder): TarPart => {
    const paths = new Set([folder.root]);
    for (const { path } of folder.entries()) paths.add(joinPath(folder.root, path));
    return { folder: namedContextFolder(indexOf.get(folder.name) ?? 0), from: folder.root, paths };
  });
  const mounts = (build.mounts ?? []).flatMap((mount, index): TarPart[] => {
    const opened = openMount(root, mount);
    if (opened === undefined) return [];
    const paths = new Set([opened.root]);
    for (const { path } of opened.entries()) paths.add(joinPath(opened.root, path));
    return [{ folder: mountPlace(index), from: opened.root, paths }];
  });
  const texts = own === undefined ? [] : [{ name: ownDockerfile, text: own }, ...mountedTexts(build)];
  // The builder looks for it beside the Dockerfile that it reads.
  const ignore =
    own === undefined || context.ownIgnore === undefined
      ? []
      : [{ name: `${ownDockerfile}.dockerignore`, text: context.ownIgnore }];
  const linked = copies.flatMap((copy): TarPart[] =>
    "path" in copy ? [{ folder: copy.place, from: copy.path, paths: new Set([copy.path]) }] : [],
  );
  const written = copies.flatMap((copy) => ("text" in copy ? [{ name: copy.place, text: copy.text }] : []));
  return {
    parts: [{ folder: contextFolder, from: "", paths: project.paths }, ...named, ...mounts, ...linked],
    texts: [...texts, ...ignore, ...written],
  };
}
