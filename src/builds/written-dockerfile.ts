/** The Dockerfile of a build, as its author and as the executor reads it. */
import type { ProjectArchive } from "../archive";
import type { Build } from "../model/project";
import { hasOwnDockerfile } from "./executor/kaniko";
import { withNamedContexts, type LineProblem } from "./named-contexts";

export type DockerfileArchive = Pick<ProjectArchive, "dockerfile" | "folderContexts">;

export interface BuildDockerfile {
  /** What a message calls it. */
  readonly name: string;
  /** As it was written, where its text is at hand. */
  readonly text?: string;
  /** What the executor reads in its place. */
  readonly own?: OwnDockerfile;
  /** What the executor can't be told. */
  readonly problems: readonly LineProblem[];
}

/** A Dockerfile that is packed beside the context. */
export interface OwnDockerfile {
  readonly text: string;
  /** For each of its lines, the line of the author's. */
  readonly lines: readonly number[];
}

/** The key of a compose file, or the path. */
export function dockerfileName({ dockerfile }: Pick<Build, "dockerfile">): string {
  if (typeof dockerfile === "string") return dockerfile;
  return "inline" in dockerfile ? "dockerfile_inline" : "volumes";
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
  if (!hasOwnDockerfile(build)) return { name, text, problems: [] };
  const { problems, ...own } = withNamedContexts(text, build, {
    folders: archive.folderContexts(build),
    images,
  });
  return { name, text, own, problems };
}
