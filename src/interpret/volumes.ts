/** `volumes`: named volumes are mounted; what else the program would miss is refused. */
import { posix } from "node:path";
import type { VolumeMount } from "../model/project";
import { dataDirectory, readNamedVolume } from "./named-volumes";
import { isRecord, type Node } from "./node";
import { insideRoot, isWithin } from "./paths";
import { isProjectMount } from "./project-mounts";
import type { FilesContext } from "./files";

/** What a mount is seen with. */
type Seen = Pick<FilesContext, "root" | "folder">;

const clock = new Set(["/etc/localtime", "/etc/timezone"]);

/**
 * The named volumes of a container; undefined where it has none. Its other mounts are judged by what they hold.
 *
 * @param files - with the project, which says what a named volume is
 */
export function readMounts(service: Node, files: Seen): readonly VolumeMount[] | undefined {
  const mounts = service
    .get("volumes")
    .items()
    .flatMap((mount) => readMount(mount, service, files) ?? []);
  return mounts.length === 0 ? undefined : mounts;
}

/**
 * The anonymous volumes of a container whose root can't be written to: folders of the task's disk. Elsewhere the
 * image's own directory is one, with what the image has there, as in Compose.
 */
export function readFolders(service: Node): readonly string[] | undefined {
  if (service.get("read_only").value !== true) return undefined;
  const paths = service
    .get("volumes")
    .items()
    .filter(isAnonymous)
    .flatMap((mount) => mount.get("target").text() ?? []);
  return paths.length === 0 ? undefined : paths;
}

function readMount(mount: Node, service: Node, { root, folder }: Seen): VolumeMount | undefined {
  if (!isRecord(mount.value))
    mount.problem("not a mount", 'write "data:/var/lib/data", or a map with type and target');
  else if (isProjectMount(mount, service, folder)) return undefined;
  else if (mount.get("type").value === "bind") judgeBind(mount, service, folder);
  else if (isAnonymous(mount)) judgeAnonymous(mount, service);
  else if (mount.get("type").value === "volume") return readNamedVolume(mount, service, root);
  else if (mount.get("type").value !== "tmpfs")
    mount.refuse("Berth mounts nothing of this type", "copy the files into the image");
  return undefined;
}

/** Docker, which Fargate runs too, starts no container with two mounts in one place (moby, daemon/volumes.go). */
export function judgePlaces(service: Node): void {
  const places = [
    ...service
      .get("volumes")
      .items()
      .map((mount) => ({ mount, written: mount.get("target").value })),
    ...service
      .get("tmpfs")
      .items()
      .map((mount) => ({ mount, written: mount.value })),
  ];
  const seen = new Set<string>();
  for (const { mount, written } of places) {
    if (typeof written !== "string") continue;
    const place = posix.normalize(written.replace(/:.*/s, "")).replace(/(.)\/$/, "$1");
    if (seen.has(place)) mount.problem(`a second mount at ${place}`, "keep one of them");
    seen.add(place);
  }
}

function isAnonymous(mount: Node): boolean {
  const source = mount.get("source").value;
  return mount.get("type").value === "volume" && (source === undefined || source === null || source === "");
}

/** What ECS copies into such a folder, and whose it is: ECS Developer Guide, Use bind mounts with Amazon ECS. */
function judgeAnonymous(mount: Node, service: Node): void {
  const target = mount.get("target").text() ?? "";
  if (service.get("read_only").value !== true)
    mount.warn("the directory stands on the task's own disk and goes with the task");
  else if (!/^\/./.test(target))
    mount.problem(`${JSON.stringify(target)} is no place for a volume`, "an absolute path below /");
  else
    mount.warn(
      `it is an empty folder of root's on the task's own disk, unless the image's Dockerfile says VOLUME ${target}: then it begins with the image's files and owner`,
    );
}

function judgeBind(mount: Node, service: Node, folder: string): void {
  const source = mount.get("source").text();
  if (source === undefined) {
    if (!mount.get("source").present) mount.problem("a bind mount without a source");
    return;
  }
  if (/docker\.sock$/.test(source)) {
    mount.refuse(
      "there is no Docker daemon on Fargate",
      "take the mount out; a service can't start containers",
    );
  } else if (clock.has(source)) {
    mount.warn("tasks run in UTC: set TZ under environment for another time zone");
  } else if (inContext(source, service, folder)) {
    mount.warn(
      `the program sees what the Dockerfile copies from ${source}; an edit reaches it with the next deployment`,
    );
  } else {
    mount.refuse(
      `a task can't see ${JSON.stringify(source)}: it runs on a machine of AWS`,
      service.get("build").present
        ? "copy the files in the Dockerfile; a file alone can also be one of configs"
        : "move the files into the project's folder; what the program writes is kept by a named volume",
    );
  }
}

/** Whether the image is built from a folder that holds the file. */
function inContext(source: string, service: Node, from: string): boolean {
  const build = service.get("build");
  const context = isRecord(build.value) ? (build.get("context").value ?? ".") : build.value;
  const folder = typeof context === "string" ? insideRoot(context, from) : undefined;
  const file = insideRoot(source, from);
  return folder !== undefined && file !== undefined && isWithin(file, folder);
}

/** Judges the mounts of a managed service: its data is kept, other files are missed. */
export function judgeManagedMounts(service: Node): void {
  for (const mount of service.get("volumes").items()) {
    const target = mount.get("target").text() ?? "";
    const type = mount.get("type").value;
    if (type === "bind" && dataDirectory.test(target)) {
      mount.warn("the managed service keeps the data itself, and starts empty: load your data into it once");
    } else if (type === "bind") {
      mount.refuse(
        `a managed service reads no file at ${target}`,
        "run such scripts from a service that connects to it",
      );
    }
  }
}
