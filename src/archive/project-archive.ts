/** The one face of a project's files, wherever they lie. */
import type { Readable } from "node:stream";
import { contextDigest, folderContexts, openContext, type ContextBuild } from "./context/context";
import { FileNotKept, refusal } from "./errors";
import { Manifest } from "./context/manifest";
import { mountCopies, mountedDockerfile } from "./context/mounted-image";
import { contextLinks, type ContextLinks } from "./context/links";
import { contextForm, type FileCopy, type TarForm, type WrittenFile } from "./context/packed-context";
import type { DigestCache } from "./tree/digest-cache";
import { resolve, type DirectoryNode, type FileNode } from "./tree/tree";
import type { ProjectMount } from "../model/build";
import type { Build } from "../model/project";

/** A project's files. Paths are relative to its root and `/`-separated; links are followed inside the root only. */
export interface ProjectArchive {
  /** Whether the project is a folder here, rather than a packed archive. */
  readonly directory: boolean;
  /**
   * What Compose would name the project by: the folder's name, or the archive's without its ending;
   * empty where that is the hash that an upload is named by.
   */
  readonly directoryName: string;
  /** The compose file that the location named, relative to the root. */
  readonly composeFile?: string;
  /** An absolute path, `s3://…` or `https://…`. A presigned URL's query is a credential: not for output. */
  readonly location: string;
  /** Digests of its files from earlier runs. @default it is a packed archive, or no cache was named */
  readonly digests?: DigestCache;
  /**
   * A file's text.
   *
   * @returns `undefined` where there is no such file inside the root
   * @throws FileNotKept where it is there and `readMore` can fetch it
   * @throws BerthError (project) where a link leaves the root, or the file is too large to be read as text
   */
  read(path: string): string | undefined;
  /** Whether a file or a directory is there. */
  has(path: string): boolean;
  /** Names in a directory, sorted; `undefined` where there is no such directory. */
  names(path: string): readonly string[] | undefined;
  /** Fetches texts in one more pass over the source; of a folder there is nothing to fetch. */
  readMore(paths: readonly string[]): Promise<void>;
  /** The digest of a build's context, its image's tag: 64 hexadecimal digits. Reads the files of a folder. */
  contextDigest(build: ContextBuild): string;
  /**
   * What {@link contextDigest} hashed, and nothing else, as `.tar.gz` for the builder: modes 0755 and 0644, no owners,
   * the project in `contextFolder` and each named context in a folder beside it. One more pass over a packed archive.
   *
   * @param time - of every entry: milliseconds since the epoch. Servers tell a browser by it that a file is another.
   * @param own - the Dockerfile, as `ownDockerfile`, where the builder reads another than the project has
   * @param copies - files of the context that lie in it a second time. @default none
   * @returns the stream; it fails with a BerthError (project) where a file is another than the one that was hashed
   */
  packContext(
    build: Build,
    time: number,
    own?: string,
    copies?: readonly (FileCopy | WrittenFile)[],
  ): Readable;
  /** The text of a build's Dockerfile, where it is at hand. */
  dockerfile(build: Build): string | undefined;
  /** The instructions that copy what a service mounts over its built image. @param owner - as `COPY --chown` takes it */
  mountCopies(
    build: Build,
    sourceOf: (mount: ProjectMount, index: number) => string,
    owner?: string,
  ): readonly string[];
  /** Everything in each folder that a build takes by name, after its ignore file, by that name; sorted. */
  folderContexts(build: Build): ReadonlyMap<string, readonly string[]>;
  /** The links in a build's context and in each folder that it takes by name. */
  contextLinks(build: Build): ContextLinks;
  /** Files and links of a context after its ignore file, relative to the context, sorted. */
  contextFiles(build: Build): readonly string[];
  /**
   * The paths that `read` and `has` were asked for so far and found, sorted: with the contexts, all that a
   * deployment of the project uses, so all that has to be packed.
   */
  usedPaths(): readonly string[];
  /**
   * A digest of what a deployment uses: every path that was asked for so far, with its content or that it was
   * missing, and the contexts of these builds. It is the same for a folder and for an archive packed from it,
   * changes whenever something that is used changes, and does not with what no one asks for.
   */
  digest(builds: readonly ContextBuild[]): string;
}

/** Where the files come from. */
export interface ProjectSource {
  readonly root: DirectoryNode;
  /** Makes `text()` of the files at these paths answer. */
  fetch(files: ReadonlyMap<string, FileNode>): Promise<void>;
  /** Packs what is at its paths, links as links. */
  pack(form: TarForm): Readable;
}

type Identity = Pick<ProjectArchive, "directory" | "directoryName" | "composeFile" | "location" | "digests">;

export function projectArchive(identity: Identity, source: ProjectSource): ProjectArchive {
  return { ...identity, ...filesOf(source) };
}

function filesOf(source: ProjectSource): Omit<ProjectArchive, keyof Identity> {
  const { root } = source;
  const asked = new Set<string>();
  const ask = (path: string): ReturnType<typeof resolve> => {
    asked.add(path);
    return resolve(root, path);
  };
  return {
    read: (path) => {
      const found = ask(path);
      if (found?.node.kind !== "file") return undefined;
      const text = found.node.text();
      if (text === undefined) throw new FileNotKept(found.path);
      return text;
    },
    has: (path) => ask(path) !== undefined,
    names: (path) => {
      const found = resolve(root, path);
      return found?.node.kind === "directory" ? found.node.names() : undefined;
    },
    readMore: async (paths) => source.fetch(filesAt(root, paths)),
    contextDigest: (build) => contextDigest(root, build),
    packContext: (build, time, own, copies = []) =>
      // It is read once, by a task of the same region.
      source.pack({ ...contextForm(root, build, own, copies), time: Math.floor(time / 1_000), level: 1 }),
    dockerfile: (build) => dockerfileOf(root, build),
    mountCopies: (build, sourceOf, owner) => mountCopies(root, build.mounts ?? [], sourceOf, owner),
    folderContexts: (build) =>
      new Map(
        folderContexts(root, build).map(({ name, entries }) => [
          name,
          [...entries()].map(({ path }) => path).sort(),
        ]),
      ),
    contextLinks: (build) => contextLinks(root, build),
    contextFiles: (build) =>
      [...openContext(root, build).entries()]
        .filter(({ node }) => node.kind !== "directory")
        .map(({ path }) => path)
        .sort(),
    usedPaths: () => [...asked].filter((path) => resolve(root, path) !== undefined).sort(),
    digest: (builds) => {
      const manifest = new Manifest();
      for (const path of [...asked].sort()) manifest.record("path", path, ...askedContent(root, path));
      for (const digest of builds.map((build) => contextDigest(root, build)).sort())
        manifest.record("context", digest);
      return manifest.digest();
    },
  };
}

function dockerfileOf(
  root: DirectoryNode,
  { dockerfile }: Pick<ContextBuild, "dockerfile">,
): string | undefined {
  if (typeof dockerfile !== "string")
    return "inline" in dockerfile ? dockerfile.inline : mountedDockerfile(root, dockerfile);
  const found = resolve(root, dockerfile);
  return found?.node.kind === "file" ? found.node.text() : undefined;
}

function askedContent(root: DirectoryNode, path: string): readonly string[] {
  const node = resolve(root, path)?.node;
  return node?.kind === "file" ? ["file", node.digest()] : [node?.kind ?? "missing"];
}

function filesAt(root: DirectoryNode, paths: readonly string[]): ReadonlyMap<string, FileNode> {
  const found = new Map<string, FileNode>();
  for (const path of paths) {
    const at = resolve(root, path);
    if (at?.node.kind !== "file") throw refusal(path, "there is no such file in the project");
    found.set(at.path, at.node);
  }
  return found;
}
