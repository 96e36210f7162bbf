/** Bind mounts of the project's own files, which no task sees: they become part of the service's image. */
import { posix } from "node:path";
import type { ImageSource } from "../model/project";
import type { ProjectMount } from "../model/build";
import { dataDirectory } from "./named-volumes";
import { isRecord, type Node } from "./node";
import { insideRoot } from "./paths";

/** As {@link dataDirectory}, of databases and the like that Berth does not manage. */
const otherStores =
  /^\/(data|prometheus|usr\/share\/elasticsearch\/data|var\/lib\/(mysql|mariadb|mongodb|rabbitmq|influxdb2?|clickhouse|neo4j|cassandra|grafana))(\/|$)/;

/** What a `COPY` reads as a pattern, a variable or an escape. */
const unwritable = /[*?[\]$"'\\\p{Cc}]/u;

/** Whether a mount is of the project's files, in a service whose image is not built: those see what is built in. */
export function isProjectMount(mount: Node, service: Node, folder: string): boolean {
  if (!isRecord(mount.value) || mount.get("type").value !== "bind") return false;
  const source = mount.get("source").value;
  return (
    !service.get("build").present && typeof source === "string" && insideRoot(source, folder) !== undefined
  );
}

/**
 * The image of a service with what it mounts of the project in it.
 *
 * @param folder - from the root, that paths are seen from
 */
export function withProjectMounts(image: ImageSource, service: Node, folder: string): ImageSource {
  if (image.kind !== "reference") return image;
  const mounts = service
    .get("volumes")
    .items()
    .filter((mount) => isProjectMount(mount, service, folder))
    .flatMap((mount) => readMount(mount, service, folder) ?? []);
  if (mounts.length === 0) return image;
  const credentials = service.get("x-registry-credentials");
  if (credentials.present)
    credentials.problem(
      "an image is built with the project's files in it, and the builder can't read the registry",
      "build it from a Dockerfile, or take the bind mounts out",
    );
  const dockerfile = { image: image.reference, mounts };
  return { kind: "build", build: { context: ".", dockerfile, args: {} } };
}

function readMount(mount: Node, service: Node, folder: string): ProjectMount | undefined {
  const source = mount.get("source").text();
  const written = mount.get("target").text();
  if (source === undefined || written === undefined) return undefined;
  const path = insideRoot(source, folder);
  const target = posix.normalize(written).replace(/(.)\/$/, "$1");
  if (path === undefined) return undefined;
  if (!target.startsWith("/") || target === "/") {
    mount.problem(`${JSON.stringify(written)} is no place for a mount`, "an absolute path below /");
    return undefined;
  }
  if (unwritable.test(path) || unwritable.test(target)) {
    mount.refuse(
      "a name with a quote, a backslash, $ or a sign of a pattern can't be copied into an image",
      "give the file another name",
    );
    return undefined;
  }
  if (mount.get("read_only").boolean() !== true) {
    if (dataDirectory.test(target) || otherStores.test(target)) {
      mount.refuse(
        `what the program writes to ${target} would go with the task`,
        `keep it in a named volume: data:${target}`,
      );
      return undefined;
    }
    const locked = service.get("read_only").value === true;
    if (locked) mount.warn("nothing can be written there: read_only holds for what is built into the image");
    else
      mount.warn(
        `each task has a copy of its own of ${source}, built into its image: what it writes there goes with the task, and an edit reaches it with the next deployment`,
      );
  }
  return { path, target, key: mount.path };
}
