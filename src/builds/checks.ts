/** What a Dockerfile, or its absence, shows of a build before anything is built. */
import { posix } from "node:path";
import type { ProjectArchive } from "../archive";
import { kindOf, MissingFact, recipeFor, type Folder } from "../autobuild";
import type { Problem } from "../errors";
import { dockerfileName } from "./written-dockerfile";
import { parseDockerfile, stageNumber } from "../dockerfile/dockerfile";
import type { Build } from "../model/project";
import type { ProjectMount } from "../model/build";

/** Names that a Dockerfile often has. */
const likeDockerfile = /^(docker|container)file|\.(docker|container)file$/i;

/** A build without a Dockerfile, with the offer to write one for what is seen in its folder. */
export function missingDockerfile(
  service: string,
  build: Build,
  archive: Pick<ProjectArchive, "names" | "has" | "read">,
): readonly Problem[] {
  // A text of the compose file is always there.
  if (typeof build.dockerfile !== "string")
    return "mounts" in build.dockerfile ? missingMounts(build.dockerfile.mounts, archive) : [];
  const names = archive.names(build.context);
  // That the context isn't there is reported elsewhere.
  if (names === undefined) return [];
  const [folder, file] = [posix.dirname(build.dockerfile), posix.basename(build.dockerfile)];
  const beside = archive.names(folder) ?? [];
  if (beside.includes(file)) return [];
  const message = `there is no ${build.dockerfile}: an image is built from a Dockerfile`;
  const path = `services.${service}.build`;
  const other = beside.find((name) => likeDockerfile.test(name) && !name.endsWith(".dockerignore"));
  if (other !== undefined) {
    const named = posix.relative(build.context, posix.join(folder, other));
    return [{ path, message, hint: `there is ${other}: dockerfile: ${named}` }];
  }
  return [{ path, message, hint: offer(build.context, archive) }];
}

/** What is written for a folder of a kind that is known. */
function offer(context: string, archive: Pick<ProjectArchive, "names" | "read">): string {
  const folder: Folder = {
    names: (path = ".") => archive.names(posix.join(context, path)) ?? [],
    read: (path) => archive.read(posix.join(context, path)),
  };
  const kind = kindOf(folder);
  if (kind === undefined) return "write one, or name it in build.dockerfile";
  const written =
    "x-build: auto at the service builds it from one that Berth writes, and berth init writes such a one into a folder";
  try {
    return `the folder is plainly ${recipeFor(folder)?.seen ?? kind}: ${written}`;
  } catch (error) {
    if (!(error instanceof MissingFact)) throw error;
    return `the folder is plainly ${kind}: ${written}; before that, as ${error.message}: ${error.hint}`;
  }
}

/** Compose makes a folder of what isn't there: where a program keeps what it writes, which a task would lose. */
function missingMounts(
  mounts: readonly ProjectMount[],
  archive: Pick<ProjectArchive, "has">,
): readonly Problem[] {
  return mounts
    .filter(({ path, text }) => text === undefined && !archive.has(path))
    .map(({ path, target, key }) => ({
      path: key,
      message: `there is no ${path} in the project`,
      hint: `add it; what the program itself writes is kept by a named volume: data:${target}`,
    }));
}

/**
 * Stages that a build names and its Dockerfile has not.
 *
 * @param dockerfile - its text; without one nothing is known, and the builder says what is wrong
 */
export function missingStages(
  service: string,
  build: Build,
  dockerfile: string | undefined,
): readonly Problem[] {
  if (dockerfile === undefined) return [];
  const stages = parseDockerfile(dockerfile);
  const names = stages.flatMap(({ name }) => name ?? []);
  const wanted = [
    { path: `services.${service}.build.target`, stage: build.target },
    { path: `services.${service}.x-test.target`, stage: build.test },
  ];
  return wanted.flatMap(({ path, stage }): Problem[] => {
    if (stage === undefined || stageNumber(stages, stage) !== undefined) return [];
    const known =
      names.length === 0 ? "its stages have no names: FROM … AS name" : `its stages are ${names.join(", ")}`;
    return [{ path, message: `${dockerfileName(build)} has no stage ${JSON.stringify(stage)}`, hint: known }];
  });
}
