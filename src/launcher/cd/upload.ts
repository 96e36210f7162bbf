/** The project on its way to S3: packed to a temporary file, named by its hash, uploaded where it is not there yet. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { packDirectory, packedContent, type PackContents, type ProjectArchive } from "../../archive";
import { BerthError, messageOf } from "../../errors";
import type { Project } from "../../model/project";
import type { Launcher } from "../core/launcher";
import { size } from "./words";

export interface Uploaded {
  /** `s3://bucket/uploads/<sha256>.tar.gz`, or the address that the project was given by. */
  readonly location: string;
  /** Of the packed bytes; of an address that was given, nobody knows. */
  readonly sha256?: string;
}

/**
 * Uploads what a deployment of the project uses: the files that were read, and the build contexts by their ignore
 * files. Memory stays flat: bytes go through the disk, never kept.
 *
 * @throws BerthError (project) where a file can't be packed, (deployment) where S3 refuses, (cancelled) after a signal
 */
export async function uploadProject(
  launcher: Launcher,
  bucket: string,
  archive: ProjectArchive,
  project: Project,
): Promise<Uploaded> {
  if (/^(s3|https?):\/\//.test(archive.location)) return { location: archive.location };
  const contents = contentsOf(archive, project);
  const content = archive.digests && packedContent(archive.location, contents, archive.digests);
  const known = content === undefined ? undefined : archive.digests?.packedAs(content);
  if (known !== undefined && (await isThere(launcher, locationOf(bucket, known)))) {
    launcher.terminal.err("The archive is there already, and is not packed again\n");
    return { location: locationOf(bucket, known), sha256: known };
  }
  const folder = mkdtempSync(join(tmpdir(), "berth-"));
  try {
    const path = archive.directory ? join(folder, "project.tar.gz") : archive.location;
    if (archive.directory) await pack(archive, contents, path, launcher.signal);
    const sha256 = await hashOf(path, launcher.signal);
    if (content !== undefined) archive.digests?.learnPacked(content, sha256);
    archive.digests?.keep();
    const location = locationOf(bucket, sha256);
    await upload(launcher, location, path);
    return { location, sha256 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function locationOf(bucket: string, sha256: string): string {
  return `s3://${bucket}/uploads/${sha256}.tar.gz`;
}

function isThere({ aws }: Launcher, location: string): Promise<boolean> {
  return aws.use((sdk, clients) => sdk.hasObject(clients, location));
}

function contentsOf(archive: ProjectArchive, project: Project): PackContents {
  const builds = project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "build" ? [service.image.build] : [],
  );
  return { files: archive.usedPaths(), builds };
}

async function pack(
  archive: ProjectArchive,
  contents: PackContents,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const packed = packDirectory(archive.location, contents, archive.digests);
    await pipeline(packed, createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BerthError) throw error;
    throw new BerthError("project", {
      path,
      message: `the project can't be packed: ${messageOf(error)}`,
      hint: "TMPDIR names another folder for temporary files",
    });
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const sha256 = createHash("sha256");
  await pipeline(createReadStream(path), new Sink(sha256), { signal });
  return sha256.digest("hex");
}

class Sink extends Transform {
  constructor(private readonly hash: { update(chunk: Buffer): unknown }) {
    super();
    this.resume();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    done();
  }
}

async function upload(launcher: Launcher, location: string, path: string): Promise<void> {
  const { aws, terminal, signal } = launcher;
  const bytes = statSync(path).size;
  if (await isThere(launcher, location)) {
    terminal.err(`The archive is there already (${size(bytes)})\n`);
    return;
  }
  terminal.err(`Uploading the project (${size(bytes)})\n`);
  const bar = terminal.progress("  uploading", bytes);
  try {
    await aws.use((sdk, clients) =>
      sdk.uploadFile(
        clients,
        location,
        path,
        (done) => {
          bar.update(done);
        },
        signal,
      ),
    );
  } finally {
    bar.end();
  }
}
