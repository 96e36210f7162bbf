/** `volumes`: named volumes are mounted; what else the program would miss is refused. */
import { posix } from "node:path";
import type { VolumeMount } from "../model/project";
import { scriptRunners } from "../stores/init-scripts";
import { mountsOf } from "./mounts";
import { dataDirectory, type ImageFolders, readNamedVolume } from "./named-volumes";
import { judgeSocket } from "./docker-socket";
import { insteadOfHostPath } from "./host-paths";
import { isScriptMount } from "./init-scripts";
import { managedKind } from "./managed";
import { isRecord, type Node } from "./node";
import { type MountContext, planOf, readKeptFolder } from "./project-mounts";

const clock = new Set(["/etc/localtime", "/etc/timezone"]);
/** Of the host, which every container has of its own (OCI Runtime Specification, Linux: Default Devices). */
const devices = new Set(["/dev/random", "/dev/urandom", "/dev/null", "/dev/zero"]);

/** What mounts are read with, besides the project. */
type ReadContext = MountContext & ImageFolders;

/**
 * What a container mounts of EFS; undefined where that is nothing. Its other mounts are judged by what they hold.
 *
 * @param context - with the project, which says what a named volume is, and the plans of its folders
 */
export function readMounts(service: Node, context: ReadContext): readonly VolumeMount[] | undefined {
  const mounts = mountsOf(service, context.root).flatMap((mount) => readMount(mount, service, context) ?? []);
  return mounts.length === 0 ? undefined : mounts;
}

/**
 * Folders of the task's own disk: anonymous volumes of a container whose root can't be written to (elsewhere the image's
 * own directory is one, with what the image has there, as in Compose), and folders of the project that stay empty.
 */
export function readFolders(service: Node, context: MountContext): readonly string[] | undefined {
  const locked = service.get("read_only").value === true;
  const paths = mountsOf(service, context.root)
    .filter((mount) => (locked && isAnonymous(mount)) || planOf(mount, context)?.kind === "empty")
    .flatMap((mount) => mount.get("target").text() ?? []);
  return paths.length === 0 ? undefined : paths;
}

function readMount(mount: Node, service: Node, context: ReadContext): VolumeMount | undefined {
  const plan = planOf(mount, context);
  if (!isRecord(mount.value))
    mount.problem("not a mount", 'write "data:/var/lib/data", or a map with type and target');
  else if (plan?.kind === "keep") return readKeptFolder(mount, service, plan);
  else if (plan?.kind === "missing") judgeMissing(mount, plan.path);
  else if (plan?.kind === "empty")
    mount.warn(
      `${plan.path} isn't in the project: the program sees an empty folder there, as Docker makes it`,
    );
  else if (plan !== undefined) return undefined;
  else if (mount.get("type").value === "bind") judgeBind(mount, service);
  else if (isAnonymous(mount)) judgeAnonymous(mount, service);
  else if (mount.get("type").value === "volume") return readNamedVolume(mount, service, context);
  else if (mount.get("type").value !== "tmpfs")
    mount.refuse("Berth mounts nothing of this type", "copy the files into the image");
  return undefined;
}

function judgeMissing(mount: Node, path: string): void {
  mount.problem(
    `there is no ${path} in the project`,
    mount.at("bind", "create_host_path").value === false
      ? "add it, or remove create_host_path: false: then it is a folder that begins empty"
      : "add the file: in its place Docker would make a folder, which the program can't read",
  );
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
    mount.warn("the directory is on the task's own disk and goes with the task");
  else if (!/^\/./.test(target))
    mount.problem(`${JSON.stringify(target)} is no place for a volume`, "an absolute path below /");
  else
    mount.warn(
      `it is an empty folder of root's on the task's own disk, unless the image's Dockerfile says VOLUME ${target}: then it begins with the image's files and owner`,
    );
}

function judgeBind(mount: Node, service: Node): void {
  const source = mount.get("source").text();
  if (source === undefined) {
    if (!mount.get("source").present) mount.problem("a bind mount without a source");
    return;
  }
  if (/(docker|containerd|podman)\.sock$/.test(source)) judgeSocket(mount, service);
  else if (clock.has(source)) {
    mount.warn("tasks run in UTC: set TZ under environment for another time zone");
  } else if (devices.has(source)) {
    const random = "random(4): since Linux 5.6 /dev/random does not wait for entropy";
    mount.warn(`every container has ${source} itself, and nothing is mounted (${random})`);
  } else {
    mount.refuse(
      `a task can't see ${JSON.stringify(source)}: it runs on a machine of AWS`,
      insteadOfHostPath(mount, source),
    );
  }
}

/** Judges the mounts of a managed service: its data is kept, other files are missed. */
export function judgeManagedMounts(service: Node): void {
  const kind = managedKind(service);
  const runsScripts = kind !== undefined && scriptRunners[kind] !== undefined;
  for (const mount of service.get("volumes").items()) {
    if (runsScripts && isScriptMount(mount.value)) continue;
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
