/** What to write in place of a bind mount of the machine that Compose runs on, which no task has. */
import { posix } from "node:path";
import type { Node } from "./node";

/** Folders of the operating system itself: there is nothing to move into a project. */
const ofTheHost =
  /^\/(?:$|(?:proc|sys|dev|boot|run|var\/run|lib\/modules|etc|usr|var\/log|var\/lib\/docker)(?:\/|$))/;

/** Files of people and machines that have no extension, beside those that have one. */
const file =
  /^(?:id_\w+|known_hosts|authorized_keys|passwd|group|shadow|hosts|hostname|machine-id|resolv\.conf)$|[^.]\.[A-Za-z]\w{0,4}$/;
const secretFile = /^id_\w+$|.\.(?:pem|key|p12|pfx|jks)$|credential|token|secret|password/i;

/** The fix: a copy in the project for what is read, a volume of that folder's own name for what is written. */
export function insteadOfHostPath(mount: Node, source: string): string {
  const target = mount.get("target").text() ?? "/data";
  const { base } = posix.parse(posix.normalize(source).replace(/\/$/, ""));
  const isFile = file.test(base) && !base.endsWith(".d");
  if (ofTheHost.test(source) && !isFile) {
    return "remove it where the program runs without: it is the host's own, and Fargate shows none; or run the service elsewhere";
  }
  if (isFile && secretFile.test(base)) {
    return `keep it as a secret: secrets: {${base}: {file: ./${base}}} at the top, and secrets: [${base}] at the service, which finds it as /run/secrets/${base}`;
  }
  const copied = `./${base === "" || base === "~" ? "files" : base}:${target}`;
  if (isFile || mount.get("read_only").value === true) {
    return `copy it into the project's folder: ${copied}:ro`;
  }
  return `for what the program writes a named volume, declared under volumes: ${volumeName(source)}:${target}; for files that it reads a copy in the project's folder: ${copied}`;
}

/** Of the last two parts of the path: the same for every service that mounts it, and another one for another folder. */
function volumeName(source: string): string {
  const parts = source
    .split("/")
    .map((part) => part.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9_.-]/g, ""))
    .filter((part) => part !== "");
  return parts.slice(-2).join("-") || "data";
}
