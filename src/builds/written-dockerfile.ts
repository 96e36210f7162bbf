/** The Dockerfile of a build, as its author and as the executor reads it. */
import { posix } from "node:path";
import { mountPlace, textFile, type ProjectArchive } from "../archive";
import { instructionsOf, linesOf, parseDockerfile, stageNumber } from "../dockerfile/dockerfile";
import type { Build } from "../model/project";
import { contextPlace, hasOwnDockerfile } from "./executor/kaniko";
import { withNamedContexts, type LineProblem } from "./named-contexts";

export type DockerfileArchive = Pick<ProjectArchive, "dockerfile" | "folderContexts" | "mountCopies">;

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
  return { name, text, own: withMounts(own, build, archive), problems };
}

/**
 * What the service mounts of the project, copied at the end of the stage that is built: as in Docker it lies over what
 * the Dockerfile makes. It belongs to the user that the stage ends with, who could write to it in Docker too.
 */
function withMounts(
  { text, lines }: OwnDockerfile,
  build: Build,
  archive: Pick<ProjectArchive, "mountCopies">,
): OwnDockerfile {
  if (build.mounts === undefined) return { text, lines };
  const stages = parseDockerfile(text);
  const number = stageNumber(stages, build.target) ?? stages.length - 1;
  const instructions = instructionsOf(text);
  const starts = instructions.filter(({ keyword }) => keyword === "FROM");
  const next = starts[number + 1]?.line ?? Infinity;
  const own = instructions.filter(({ line }) => line >= (starts[number]?.line ?? 0) && line < next);
  const user = own.findLast(({ keyword }) => keyword === "USER")?.text.slice("USER ".length);
  const owner = user !== undefined && /^[\w.-]+(:[\w.-]+)?$/.test(user) ? user : undefined;
  const place = contextPlace(build);
  const copies = archive.mountCopies(
    build,
    (mount, index) => posix.relative(place, mount.text === undefined ? mountPlace(index) : textFile(index)),
    owner,
  );
  const written = linesOf(text);
  const at = next === Infinity ? written.length : next - 1;
  const of = lines[at - 1] ?? 1;
  return {
    text: `${[...written.slice(0, at), ...copies, ...written.slice(at)].join("\n")}\n`,
    lines: [...lines.slice(0, at), ...copies.map(() => of), ...lines.slice(at)],
  };
}
