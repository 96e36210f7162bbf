/** The Dockerfile of a build, as its author and as the executor reads it. */
import { posix } from "node:path";
import { namedContextFolder, type FileCopy, type ProjectArchive, type WrittenFile } from "../archive";
import type { Build } from "../model/project";
import { contextPlace } from "./executor/kaniko";
import { withNamedContexts } from "./named-contexts";
import { withBases } from "./rewrite/bases";
import { withHereDocuments } from "./rewrite/here-documents";
import { withLinks, type SourceTree } from "./rewrite/links";
import { withLongArguments } from "./rewrite/long-arguments";
import { withMounts } from "./rewrite/mounts";
import { withVolumesLast } from "./rewrite/volumes";
import { after, unchanged, type LineProblem } from "./rewrite/written";

export type DockerfileArchive = Pick<
  ProjectArchive,
  "contextLinks" | "dockerfile" | "folderContexts" | "mountCopies"
>;

export interface BuildDockerfile {
  /** What a message calls it. */
  readonly name: string;
  /** As it was written, where its text is at hand. */
  readonly text?: string;
  /** What the executor reads in its place. */
  readonly own?: OwnDockerfile;
  /** What the executor can't be passed as an argument. */
  readonly problems: readonly LineProblem[];
}

/** A Dockerfile that is packed beside the context. */
export interface OwnDockerfile {
  readonly text: string;
  /** For each of its lines, the line of the author's. */
  readonly lines: readonly number[];
  /** Files that it names by a second place. */
  readonly copies: readonly (FileCopy | WrittenFile)[];
}

/** The key of a compose file, or the path. */
export function dockerfileName({ dockerfile }: Pick<Build, "dockerfile">): string {
  if (typeof dockerfile === "string") return dockerfile;
  if (!("inline" in dockerfile)) return "volumes";
  return dockerfile.writtenFor === undefined ? "dockerfile_inline" : "x-build";
}

/**
 * @param images - of the services whose images the build takes, as far as they are known
 * @throws BerthError (project) where a folder that it takes by name isn't there
 */
export function dockerfileOf(
  archive: DockerfileArchive,
  build: Build,
  images: Readonly<Record<string, string>> = {},
): BuildDockerfile {
  const name = dockerfileName(build);
  const text = archive.dockerfile(build);
  if (text === undefined) return { name, problems: [] };
  const scripted = withHereDocuments(withNames(text, build, archive, images), contextPlace(build));
  const named = withBases(scripted, build);
  const linked = withLinks(named, {
    trees: treesOf(archive, build),
    args: build.args,
    place: contextPlace(build),
  });
  const mounted = withMounts(withVolumesLast(linked, build), build, archive);
  const { problems, ...own } = withLongArguments(mounted, build);
  // A text of the compose file is no file of the project: the executor has none but the one beside the context.
  const isOwn = typeof build.dockerfile !== "string" || own.text !== text;
  return { name, text, problems, ...(isOwn ? { own } : {}) };
}

function withNames(
  text: string,
  build: Build,
  archive: DockerfileArchive,
  images: Readonly<Record<string, string>>,
) {
  const before = unchanged(text);
  if ((build.contexts ?? []).length === 0) return before;
  return after(before, withNamedContexts(text, build, { folders: archive.folderContexts(build), images }));
}

/** What the instructions of a Dockerfile copy from, once its named contexts are written as folders. */
function treesOf(archive: DockerfileArchive, build: Build): readonly SourceTree[] {
  const { context, folders } = archive.contextLinks(build);
  const named = (build.contexts ?? []).flatMap(({ name }, index): SourceTree[] => {
    const table = folders.get(name);
    if (table === undefined) return [];
    return [{ prefix: posix.relative(contextPlace(build), namedContextFolder(index)), table }];
  });
  return [{ prefix: "", table: context }, ...named];
}
