/** The tags of the images that are built, and whether they can be: all of it before anything is built. */
import { createHash } from "node:crypto";
import { FileNotKept, type ProjectArchive } from "../archive";
import { BerthError, type Problem } from "../errors";
import type { ImageTags } from "../ports";
import { servicesTaken } from "../model/build";
import { dependencyOrder } from "../compose/graph";
import type { Architecture, Build, Project } from "../model/project";
import { platformOf, platformsOf } from "../model/platforms";
import { dockerfileFaults, type DockerfileFault } from "./dockerfile-faults";
import { missingDockerfile, missingStages } from "./checks";
import { dockerfileOf } from "./written-dockerfile";
import { unsupportedInstructions } from "./executor/limits";

interface Built {
  readonly build: Build;
  readonly architectures: readonly Architecture[];
}

/**
 * The tags of the images of the services that are built.
 *
 * @param onMissingFile - hears of a source of COPY that is not in the context, for a rehearsal on a project's description
 *   alone. @default it is a problem as any other
 * @throws BerthError (project) that names every service whose context, Dockerfile or stage isn't there, and every
 * instruction that can't be built; FileNotKept where a text of it has to be fetched
 */
export function imageTags(
  archive: ProjectArchive,
  project: Project,
  onMissingFile?: (problem: Problem) => void,
): Readonly<Record<string, ImageTags>> {
  const builds = new Map<string, Built>();
  for (const service of project.services) {
    if (service.kind !== "container" || service.image.kind !== "build") continue;
    builds.set(service.name, { build: service.image.build, architectures: platformsOf(service) });
  }
  const tags = new Map<string, ImageTags>();
  const problems: Problem[] = [];
  for (const name of inOrder(builds)) {
    const built = builds.get(name);
    if (built === undefined) continue;
    const missing = missingDockerfile(name, built.build, archive);
    problems.push(...missing);
    if (missing.length > 0) continue;
    try {
      tags.set(name, tagsOf(archive, built, tags));
      for (const { isMissingFile, ...problem } of dockerfileProblems(name, built, archive)) {
        if (isMissingFile === true && onMissingFile !== undefined) onMissingFile(problem);
        else problems.push(problem);
      }
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      problems.push(...error.problems.map((problem) => ofBuild(name, built.build, problem)));
    }
  }
  if (problems.length > 0) throw new BerthError("project", problems);
  return Object.fromEntries([...builds.keys()].flatMap((name) => entryOf(name, tags)));
}

/** What is taken by another build comes first: its digest is part of the other's. */
function inOrder(builds: ReadonlyMap<string, Built>): readonly string[] {
  const result = dependencyOrder([...builds.keys()], (name) => servicesTaken(builds.get(name)?.build ?? {}));
  return result.ok ? result.order : [...builds.keys()];
}

function entryOf(
  name: string,
  tags: ReadonlyMap<string, ImageTags>,
): readonly (readonly [string, ImageTags])[] {
  const own = tags.get(name);
  return own === undefined ? [] : [[name, own]];
}

function tagsOf(
  archive: ProjectArchive,
  { build, architectures }: Built,
  known: ReadonlyMap<string, ImageTags>,
): ImageTags {
  const platforms = architectures.map((architecture) => {
    const taken = servicesTaken(build).map((service): [string, string] => [
      service,
      known.get(service)?.platforms.find((each) => each.architecture === architecture)?.digest ?? "",
    ]);
    return {
      architecture,
      digest: archive.contextDigest({
        ...build,
        platform: platformOf(architecture),
        ...(taken.length === 0 ? {} : { taken: Object.fromEntries(taken) }),
      }),
    };
  });
  return { tag: tagOf(platforms.map(({ digest }) => digest)), platforms };
}

/** One image's digest is its tag; an index over several has one of its own. */
function tagOf(digests: readonly string[]): string {
  const [only = "", ...others] = digests;
  if (others.length === 0) return only;
  return createHash("sha256")
    .update(["index", ...digests].join("\n"))
    .digest("hex");
}

/** Stages that aren't there, and instructions that can't be built. */
function dockerfileProblems(
  service: string,
  { build, architectures }: Built,
  archive: ProjectArchive,
): readonly (Problem & Pick<DockerfileFault, "isMissingFile">)[] {
  const { name, text, own, problems } = dockerfileOf(archive, build);
  if (text === undefined) throw new FileNotKept(name);
  const isAuthors = typeof build.dockerfile === "string" || "inline" in build.dockerfile;
  const faults = isAuthors
    ? dockerfileFaults(text, {
        build,
        table: archive.contextLinks(build).context,
        has: (path) => archive.has(path),
      })
    : [];
  const lineOf = (line: number): number => own?.lines[line - 1] ?? line;
  // What is wrong with a name says more than that the instruction, unchanged, can't be built.
  const known = new Set(
    [...problems, ...faults.filter(({ isMissingFile }) => isMissingFile !== true)].map(({ line }) => line),
  );
  const unsupported = unsupportedInstructions(own?.text ?? text, build, architectures.map(platformOf))
    .map((each) => ({ ...each, line: lineOf(each.line), hint: each.hint + pulledInstead(build) }))
    .filter(({ line }) => !known.has(line));
  // Whether a file is there is of no use to know of an instruction that can't be built.
  const refused = new Set(unsupported.map(({ line }) => line));
  const found = faults.filter(({ isMissingFile, line }) => isMissingFile !== true || !refused.has(line));
  return [
    ...missingStages(service, build, text),
    ...[...found, ...problems, ...unsupported]
      .sort((a, b) => a.line - b.line)
      .map(({ line, message, hint, ...rest }) => ({
        ...rest,
        path: `services.${service}.build`,
        message: `${name}:${line}: ${message}`,
        hint,
      })),
  ];
}

/** Where the file names an image beside the build, it is often the one that the project publishes. */
function pulledInstead({ named }: Build): string {
  return named === undefined ? "" : `; or remove build, where ${named} is published: it is pulled then`;
}

/** A problem of a file, reported as one of the service that is built from it. */
function ofBuild(service: string, { dockerfile }: Build, problem: Problem): Problem {
  const at = problem.path === undefined ? "" : `${problem.path}: `;
  const key = typeof dockerfile !== "string" && "mounts" in dockerfile ? "volumes" : "build";
  return { ...problem, path: `services.${service}.${key}`, message: `${at}${problem.message}` };
}
