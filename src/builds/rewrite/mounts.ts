/** What a service mounts of the project over a built image. */
import { posix } from "node:path";
import { mountPlace, textFile, type ProjectArchive } from "../../archive";
import { instructionsOf, linesOf, parseDockerfile, stageNumber } from "../../dockerfile/dockerfile";
import type { Build } from "../../model/project";
import { contextPlace } from "../executor/kaniko";
import { after, type Written } from "./written";

/**
 * What the service mounts of the project, copied at the end of the stage that is built: as in Docker it covers what
 * the Dockerfile makes. It belongs to the user that the stage ends with, who could write to it in Docker too.
 */
export function withMounts(
  before: Written,
  build: Build,
  archive: Pick<ProjectArchive, "mountCopies">,
): Written {
  if (build.mounts === undefined) return before;
  const { text } = before;
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
  const numbers = written.map((_line, index) => index + 1);
  const at = next === Infinity ? written.length : next - 1;
  return after(before, {
    text: `${[...written.slice(0, at), ...copies, ...written.slice(at)].join("\n")}\n`,
    lines: [...numbers.slice(0, at), ...copies.map(() => at), ...numbers.slice(at)],
    problems: [],
  });
}
