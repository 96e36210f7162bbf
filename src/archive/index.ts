/** Reads a project: streams a packed archive, or looks into a folder (docs/design.md, The archive). */
import type { ArchiveStore } from "../ports";
import { DigestCache } from "./tree/digest-cache";
import { DiskDirectory } from "./tree/disk-tree";
import { refusal } from "./errors";
import { completeLimits, type ArchiveLimits } from "./limits";
import { parseLocation, type ProjectLocation } from "./location";
import { openPacked } from "./packed";
import { packContextFromDisk } from "./pack";
import { projectArchive, type ProjectArchive } from "./project-archive";

export { builderVersion, type ContextBuild } from "./context/context";
export { FileNotKept } from "./errors";
export type { ArchiveLimits } from "./limits";
export { packDirectory, packedContent, type PackContents } from "./pack";
export type { ContextLinks, LinkEnd, LinkTable } from "./context/links";
export {
  contextFolder,
  linkedFile,
  mountPlace,
  namedContextFolder,
  ownDockerfile,
  textFile,
  scriptFile,
  type FileCopy,
  type WrittenFile,
} from "./context/packed-context";
export type { ProjectArchive } from "./project-archive";

export interface ArchiveOptions {
  /** Opens `s3://` and `https://`. */
  readonly store: ArchiveStore;
  /** What relative locations are relative to. */
  readonly cwd: string;
  /** Of the packed bytes, hexadecimal; nothing is used before they have it. */
  readonly expectedSha256?: string;
  /** @default see {@link ArchiveLimits} */
  readonly limits?: ArchiveLimits;
  /** A folder in which digests of a project's files are kept between runs. @default every file is hashed */
  readonly digestCache?: string;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a project: of a packed archive in one pass, of which the names, hashes and the texts that projects are read
 * from stay; of a folder nothing is read before someone asks.
 *
 * @param location - `s3://bucket/key`, `https://…`, `file://…` or a path; to a `.tar.gz` or `.tar`, a directory, or a
 * compose file (its folder is the project)
 * @throws BerthError (project) for what is missing, unreadable, no archive, damaged, unsafe or too large;
 * (cancelled) once the signal is aborted
 */
export async function openArchive(location: string, options: ArchiveOptions): Promise<ProjectArchive> {
  const place = parseLocation(location, options.cwd);
  if (place.kind === "directory") return openDirectory(place, options);
  return openPacked(place, { ...options, limits: completeLimits(options.limits) });
}

function openDirectory(
  place: Extract<ProjectLocation, { kind: "directory" }>,
  options: ArchiveOptions,
): ProjectArchive {
  if (options.expectedSha256 !== undefined) {
    throw refusal(place.path, "is a folder, which has no sha256 to compare with the expected one", {
      hint: "give the archive, or leave BERTH_ARCHIVE_SHA256 out",
    });
  }
  const { composeFile } = place;
  const { digestCache } = options;
  const digests = digestCache === undefined ? undefined : new DigestCache(digestCache, place.path);
  const root = new DiskDirectory(place.path, completeLimits(options.limits).textBytes, digests);
  return projectArchive(
    {
      directory: true,
      directoryName: place.name,
      location: place.path,
      ...(composeFile === undefined ? {} : { composeFile }),
      ...(digests === undefined ? {} : { digests }),
    },
    {
      root,
      fetch: () => Promise.resolve(),
      pack: (form) => packContextFromDisk(root, form),
    },
  );
}
