/** `volumes` and `tmpfs`: named volumes are mounted; what else the program would miss is refused. */
import type { VolumeMount } from "../model";
import { dataDirectory, readNamedVolume } from "./named-volumes";
import { isRecord, type Node } from "./node";
import { insideRoot, isWithin } from "./paths";

const clock = new Set(["/etc/localtime", "/etc/timezone"]);

/**
 * The named volumes of a container; undefined where it has none. Its other mounts are judged by what they hold.
 *
 * @param root - the project, which says what a named volume is
 */
export function readMounts(service: Node, root: Node): readonly VolumeMount[] | undefined {
  const readOnly = service.get("read_only").value === true;
  const mounts = service
    .get("volumes")
    .items()
    .flatMap((mount) => readMount(mount, service, root, readOnly) ?? []);
  const tmpfs = service.get("tmpfs");
  if (Array.isArray(tmpfs.value) ? tmpfs.value.length > 0 : tmpfs.present) judgeTmpfs(tmpfs, readOnly);
  return mounts.length === 0 ? undefined : mounts;
}

function readMount(mount: Node, service: Node, root: Node, readOnly: boolean): VolumeMount | undefined {
  if (!isRecord(mount.value))
    mount.problem("not a mount", 'write "data:/var/lib/data", or a map with type and target');
  else if (mount.get("type").value === "bind") judgeBind(mount, service);
  else if (mount.get("type").value === "tmpfs") judgeTmpfs(mount, readOnly);
  else if (mount.get("type").value !== "volume")
    mount.refuse("Berth mounts nothing of this type", "copy the files into the image");
  else if (isAnonymous(mount))
    mount.warn("the directory stands on the task's own disk and goes with the task");
  else return readNamedVolume(mount, service, root);
  return undefined;
}

function isAnonymous(mount: Node): boolean {
  const source = mount.get("source").value;
  return source === undefined || source === null || source === "";
}

function judgeTmpfs(node: Node, readOnly: boolean): void {
  if (readOnly) {
    node.refuse(
      "Berth mounts no tmpfs yet, and read_only leaves the program no other place to write",
      "drop read_only",
    );
  } else {
    node.warn("an ordinary directory on the task's own disk, which the image must have");
  }
}

function judgeBind(mount: Node, service: Node): void {
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
  } else if (inContext(source, service)) {
    mount.warn(
      `the program sees what the Dockerfile copies from ${source}; an edit reaches it with the next deployment`,
    );
  } else {
    mount.refuse(
      `a task can't see ${JSON.stringify(source)}: it runs on a machine of AWS`,
      "copy the files into an image: build it from a Dockerfile with COPY",
    );
  }
}

/** Whether the image is built from a folder that holds the file. */
function inContext(source: string, service: Node): boolean {
  const build = service.get("build");
  const context = isRecord(build.value) ? (build.get("context").value ?? ".") : build.value;
  const folder = typeof context === "string" ? insideRoot(context) : undefined;
  const file = insideRoot(source);
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
