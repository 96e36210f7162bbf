/** Bind mounts of the project's own files, which no task sees: they become part of the service's image. */
import { posix } from "node:path";
import type { Build, ImageSource, VolumeMount } from "../model/project";
import type { ProjectMount } from "../model/build";
import type { FilesContext } from "./files";
import { bakedConfigs } from "./baked-configs";
import { mountsOf } from "./mounts";
import type { Node } from "./node";
import { keptOnEfs } from "./named-volumes";
import { folderOnEfs, type Plan, type Plans } from "./project-folders";

/** What a `COPY` reads as a pattern, a variable or an escape. */
const unwritable = /[*?[\]$"'\\\p{Cc}]/u;

/** Where in an image the initial content of a folder on EFS is. */
const fillFolder = "/.berth/folders";

export interface MountContext extends FilesContext {
  readonly plans: Plans;
}

/** The plan of a mount, where it is one of the project's files. */
export function planOf(mount: Node, { plans }: Pick<MountContext, "plans">): Plan | undefined {
  return plans.get(mount.path);
}

/**
 * The image of a service with what it mounts of the project in it: over an image of a registry, or over what its
 * Dockerfile makes.
 */
export function withProjectMounts(image: ImageSource, service: Node, context: MountContext): ImageSource {
  const mounts = [
    ...mountsOf(service, context.root).flatMap((mount) => readMount(mount, service, context) ?? []),
    ...bakedConfigs(service, context),
  ];
  if (mounts.length === 0) return image;
  if (image.kind === "build") return { kind: "build", build: withMounts(image.build, mounts) };
  const credentials = service.get("x-registry-credentials");
  if (credentials.present)
    credentials.problem(
      "an image is built with the project's files in it, and the builder can't read the registry",
      "build it from a Dockerfile, or remove the bind mounts",
    );
  const dockerfile = { image: image.reference, mounts };
  return { kind: "build", build: { context: ".", dockerfile, args: {} } };
}

function withMounts(build: Build, mounts: readonly ProjectMount[]): Build {
  return { ...build, mounts };
}

function readMount(mount: Node, service: Node, context: MountContext): ProjectMount | undefined {
  const plan = planOf(mount, context);
  const written = mount.get("target").text();
  if (plan === undefined || written === undefined) return undefined;
  const copied = plan.kind === "copy" || (plan.kind === "keep" && plan.filled);
  if (!copied) return undefined;
  const place = posix.normalize(written).replace(/(.)\/$/, "$1");
  if (!isPlace(place, mount, written)) return undefined;
  const { path } = plan;
  const target = plan.kind === "keep" ? fillPlace(path) : place;
  if (unwritable.test(path) || unwritable.test(target)) {
    mount.refuse(
      "a name with a quote, a backslash, $ or a sign of a pattern can't be copied into an image",
      "give the file another name",
    );
    return undefined;
  }
  if (plan.kind === "copy") judgeCopy(mount, service);
  const except = plan.kind === "keep" ? [] : mountedBelow(mount, place, service, context.root);
  return { path, target, key: mount.path, ...(except.length === 0 ? {} : { except }) };
}

function isPlace(target: string, mount: Node, written: string): boolean {
  if (target.startsWith("/") && target !== "/") return true;
  mount.problem(`${JSON.stringify(written)} is no place for a mount`, "an absolute path below /");
  return false;
}

function fillPlace(path: string): string {
  return `${fillFolder}${folderOnEfs(path).replace(/^\/@project/, "")}`;
}

/** The copy leaves out other mounts inside this one: the image's own files, or the other mount's, are seen there. */
function mountedBelow(mount: Node, target: string, service: Node, root: Node): readonly string[] {
  return mountsOf(service, root)
    .flatMap((other) => {
      const place = other.get("target").value;
      if (other.path === mount.path || typeof place !== "string") return [];
      const below = posix.relative(target, posix.normalize(place));
      return below === "" || below.startsWith("..") ? [] : [below.replace(/\/$/, "")];
    })
    .sort();
}

function judgeCopy(mount: Node, service: Node): void {
  if (mount.get("read_only").boolean() === true) return;
  if (service.get("read_only").value === true)
    mount.warn("nothing can be written there: read_only applies to what is built into the image");
  else
    mount.warn(
      `each task has a copy of its own of ${mount.get("source").text() ?? ""}, built into its image: what it writes there goes with the task, and an edit reaches it with the next deployment`,
    );
}

/** The folder on EFS that takes the place of one of the project; `undefined` after a problem. */
export function readKeptFolder(
  mount: Node,
  service: Node,
  plan: Extract<Plan, { kind: "keep" }>,
): VolumeMount | undefined {
  const written = mount.get("target").text();
  if (written === undefined) return undefined;
  const path = posix.normalize(written).replace(/(.)\/$/, "$1");
  if (!isPlace(path, mount, written)) return undefined;
  const source = mount.get("source").text() ?? plan.path;
  const begins = plan.filled
    ? "begins with what the project has there, so a later change of those files doesn't reach it"
    : "begins empty, as Docker makes it";
  mount.warn(`${source} is a folder on EFS that ${begins}: ${keptOnEfs(service, path)}`);
  return {
    volume: `./${plan.path}`,
    folder: folderOnEfs(plan.path),
    path,
    readOnly: mount.get("read_only").boolean() ?? false,
    begins: plan.filled ? { from: fillPlace(plan.path) } : "empty",
  };
}
