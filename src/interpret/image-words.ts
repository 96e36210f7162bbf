/** What of an image's own words a task definition has no place for: USER as an owner, VOLUME, STOPSIGNAL, EXPOSE. */
import { posix } from "node:path";
import { storeOfImage } from "../stores";
import type { FilesContext } from "./files";
import { readImageFacts, type ImageFacts } from "./image-facts";
import { mountsOf } from "./mounts";
import type { Node } from "./node";

/**
 * The USER of the image where it is a number: whose the folders of its volumes are.
 *
 * @returns `undefined` where it is a name, which only the image itself can look up, or where the file says another one
 */
export function imageUser(service: Node, { config }: ImageFacts): string | undefined {
  const own = service.get("user");
  if (own.present && own.value !== "") return undefined;
  const user = config?.user ?? "";
  return /^\d+(:\d+)?$/.test(user) ? user : undefined;
}

/**
 * Docker keeps what is written to an image's VOLUME in a volume without a name, and gives it to the next container of the
 * service (Compose Specification, Volumes; docker compose up, "preserves mounted volumes"). A task of ECS has its own disk.
 */
export function judgeImageVolumes(service: Node, { config, reference = "" }: ImageFacts, root: Node): void {
  const mounted = [...mountsOf(service, root), ...service.get("tmpfs").items()].map((mount) =>
    typeof mount.value === "string" ? mount.value.replace(/:.*/s, "") : String(mount.get("target").value),
  );
  const lost = [...new Set((config?.volumes ?? []).map((path) => posix.normalize(path)))].filter(
    (path) =>
      !path.includes("$") && !mounted.some((target) => isWithin(path, target) || isWithin(target, path)),
  );
  if (lost.length === 0) return;
  const store = service.has("build") ? undefined : storeOfImage(reference);
  const managed = store === undefined ? "" : `, and ${store.keys[0]}: true makes it a managed store`;
  service
    .get(service.has("build") ? "build" : "image")
    .warn(
      `what it writes to ${lost.join(", ")} (VOLUME of its image) is on the task's own disk and goes with the task; a named volume there keeps it${managed}`,
    );
}

function isWithin(path: string, folder: string): boolean {
  const above = posix.join("/", folder, "/");
  return `${posix.join("/", path)}/`.startsWith(above);
}

/** ECS sends what the image's STOPSIGNAL says, else SIGTERM (ECS API reference, StopTask); the file can't say another one. */
export function judgeStopSignal(service: Node, { config }: ImageFacts): void {
  const node = service.get("stop_signal");
  const asked = node.text();
  if (asked === undefined || asked === "") return;
  const sent = config?.stopSignal ?? (config?.complete === true ? "SIGTERM" : undefined);
  if (sent !== undefined && signalName(sent) === signalName(asked)) return;
  node.warn(
    sent === undefined
      ? "ECS sends the signal that the image's STOPSIGNAL says, or SIGTERM: this one where it says so"
      : `ECS sends the image's own signal, ${sent}: write STOPSIGNAL ${asked} into its Dockerfile`,
  );
}

/** Signals by their numbers, of those that programs are stopped with (signal(7), x86 and ARM). */
const numbers: Readonly<Record<string, string>> = {
  "1": "HUP",
  "2": "INT",
  "3": "QUIT",
  "9": "KILL",
  "10": "USR1",
  "12": "USR2",
  "15": "TERM",
  "28": "WINCH",
};

function signalName(text: string): string {
  const name = text.trim().toUpperCase().replace(/^SIG/, "");
  return numbers[name] ?? name;
}

/** Whether a service runs its image's own program, and that one's image EXPOSEs a port: it is a server then. */
export function exposesByImage(service: Node, files: FilesContext): boolean {
  if (service.get("command").present || service.get("entrypoint").present) return false;
  return (readImageFacts(service, files).config?.exposes ?? []).length > 0;
}
