/** `volumes` and `tmpfs`: a mount is refused where the program would miss what it holds. */
import { isRecord, type Node } from "./node";
import { insideRoot, isWithin } from "./paths";

const clock = new Set(["/etc/localtime", "/etc/timezone"]);

/** Judges the mounts of a container: in this version none of them is made. */
export function judgeMounts(service: Node): void {
  const readOnly = service.get("read_only").value === true;
  for (const mount of service.get("volumes").items()) {
    if (!isRecord(mount.value))
      mount.problem("not a mount", 'write "data:/var/lib/data", or a map with type and target');
    else if (mount.get("type").value === "bind") judgeBind(mount, service);
    else if (mount.get("type").value === "tmpfs") judgeTmpfs(mount, readOnly);
    else if (mount.get("type").value === "volume") judgeVolume(mount, service);
    else mount.refuse("Berth mounts nothing of this type", "copy the files into the image");
  }
  const tmpfs = service.get("tmpfs");
  if (Array.isArray(tmpfs.value) ? tmpfs.value.length > 0 : tmpfs.present) judgeTmpfs(tmpfs, readOnly);
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

function judgeVolume(mount: Node, service: Node): void {
  const name = mount.get("source").value;
  if (name === undefined || name === null || name === "") {
    mount.warn("the directory stands on the task's own disk and goes with the task");
    return;
  }
  mount.refuse(
    `named volumes are not there yet: what ${JSON.stringify(name)} holds would be lost with each deployment`,
    storeHint(service),
  );
}

/** What to write in place of a volume, from the image that wants it. */
function storeHint(service: Node): string {
  const image = service.get("image").value;
  const name = (typeof image === "string" ? image : "").split("/").at(-1)?.split(/[:@]/)[0] ?? "";
  if (/^(postgres|pgvector|postgis)/.test(name))
    return "x-postgres: true makes this service a managed database";
  if (/^(redis|valkey)/.test(name)) return "x-redis: true makes this service a managed store";
  return "keep the data in a managed database (x-postgres) or in S3; take the volume out if it may be lost with the task";
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

/** Directories in which the official images of Postgres, Redis and Valkey keep their data. */
const dataDirectory = /^(\/var\/lib\/(postgresql|redis|valkey)(\/.*)?|\/data\/?|\/bitnami(\/.*)?)$/;

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
