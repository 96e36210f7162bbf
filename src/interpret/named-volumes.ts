/** Named volumes: folders of the stack's file system on EFS, or of a file system that exists already. */
import { posix } from "node:path";
import { storeOfImage } from "../stores";
import type { VolumeMount } from "../model/project";
import { shortHash } from "../model/naming";
import type { FilesContext } from "./files";
import { isRecord, type Node } from "./node";

/** The id of a file system, and a folder in it: `fs-0123456789abcdef0`, `fs-0123456789abcdef0/exports/data`. */
const existing = /^(fs-[0-9a-f]{8,40})((?:\/[^/]+)*)\/?$/;

/** What EFS takes as the path of an access point (EFS API reference, RootDirectory: Path; at most 100 characters). */
const pathLimit = 100;
const pathPart = /^(?!\.)[^$#<>;`|&?{}^*/\n]+$/;
/** Names of a path that EFS makes where they are missing (EFS API reference, RootDirectory: up to four). */
const mostParts = 4;
/** Characters of a volume's own name in its path; a longer one is cut, and distinguished by a hash. */
const nameLimit = 48;

/** Directories in which the official images of Postgres, MySQL, Redis and Valkey keep their data. */
export const dataDirectory =
  /^(\/var\/lib\/(postgresql|mysql|redis|valkey)(\/.*)?|\/data\/?|\/bitnami(\/.*)?)$/;

type Place = Pick<VolumeMount, "folder" | "fileSystem">;

/** What is known of what a service's image has in its folders. */
export interface ImageFolders {
  /**
   * Whether a first container can copy what the image has there: with a shell, and `cp`. `undefined` where nobody knows.
   * The volumes of a service that the stack runs already stay as they are.
   */
  readonly copies: boolean | "older" | undefined;
}

/** @returns `undefined` after a problem */
export function readNamedVolume(
  mount: Node,
  service: Node,
  { root, copies }: Pick<FilesContext, "root"> & ImageFolders,
): VolumeMount | undefined {
  const key = mount.get("source").text();
  const path = mount.get("target").text();
  if (key === undefined || path === undefined) return undefined;
  const place = readPlace(key, root.get("volumes").get(key), root);
  const subpath = readSubpath(mount.at("volume", "subpath"));
  if (place === undefined || subpath === undefined) return undefined;
  if (!path.startsWith("/") || path === "/") {
    mount.problem(`${JSON.stringify(path)} is no place for a volume`, "an absolute path below /");
    return undefined;
  }
  const folder = posix.join(place.folder, ...subpath);
  if (!fits(folder)) {
    mount.problem(
      `the folder ${JSON.stringify(folder)} is too deep or too long: EFS accepts ${mostParts} names and ${pathLimit} characters`,
      "a shorter subpath",
    );
    return undefined;
  }
  const readOnly = mount.get("read_only").boolean() ?? false;
  const wanted = isFilled(mount, service) && !readOnly && place.fileSystem === undefined;
  const filled = wanted && copies === true;
  judgeContent(mount, service, { filled, copies });
  const volume = [key, ...subpath].join("/");
  return { volume, ...place, folder, path, readOnly, ...(filled ? { begins: { from: path } } : {}) };
}

/** Whether Docker would copy what the image has there; images of databases have nothing in their data's folder. */
function isFilled(mount: Node, service: Node): boolean {
  if (mount.at("volume", "nocopy").value === true) return false;
  return managedStore(service, mount.get("target").text() ?? "") === undefined;
}

/** Where the volume of a key is, as the top of the file says. */
function readPlace(key: string, declared: Node, root: Node): Place | undefined {
  const name = declared.get("name").text() ?? key;
  if (declared.get("external").boolean() === true) return readExisting(name, declared);
  judgeDriver(declared);
  // A name of the user's own makes one volume of two keys, as in Compose.
  const own = name === `${root.get("name").text() ?? ""}_${key}` ? key : name;
  return { folder: `/${folderName(own)}` };
}

function folderName(name: string): string {
  return name.length <= nameLimit && pathPart.test(name)
    ? name
    : `${name.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, nameLimit - 9)}-${shortHash([name])}`;
}

function readExisting(name: string, declared: Node): Place | undefined {
  const [, fileSystem, folder = ""] = existing.exec(name) ?? [];
  if (fileSystem !== undefined) return { fileSystem, folder: folder === "" ? "/" : folder };
  declared.refuse(
    `an external volume is a file system on EFS, and ${JSON.stringify(name)} is the id of none`,
    "name: fs-0123456789abcdef0, or with a folder fs-0123456789abcdef0/data; or remove external for a volume of the stack's own, which begins empty",
  );
  return undefined;
}

/** Drivers and their options say where else the data is: to leave them out would show the program an empty folder. */
function judgeDriver(declared: Node): void {
  const driver = declared.get("driver");
  const name = driver.text() ?? "";
  const asEfs =
    "keep the data on EFS: external: true, with name: fs-…, or remove it for a volume of the stack's own";
  if (!["", "local", "default"].includes(name))
    driver.refuse(`${name}: Berth knows no volume drivers`, asEfs);
  const options = declared.get("driver_opts");
  // Options that are all empty mount nothing: moby, daemon/volume/local, needsMount.
  if (isRecord(options.value) && Object.values(options.value).some((value) => value !== "" && value !== null))
    options.refuse("a volume of the stack's own accepts no options of a driver", asEfs);
}

/** The names of a subpath; `undefined` after a problem. */
function readSubpath(node: Node): readonly string[] | undefined {
  const text = node.text();
  if (text === undefined) return node.present ? undefined : [];
  const parts = posix
    .normalize(text)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (!text.startsWith("/") && parts.every((part) => pathPart.test(part))) {
    if (parts.length > 0) node.warn("the folder is made where it is missing, empty");
    return parts;
  }
  node.problem(
    `${JSON.stringify(text)} is no folder of a volume`,
    "a relative path of letters, digits and ordinary punctuation, not hidden and not outside of the volume",
  );
  return undefined;
}

function fits(folder: string): boolean {
  return folder.length <= pathLimit && folder.split("/").length - 1 <= mostParts;
}

/** What a file system in the network does otherwise than a volume on the same disk. */
function judgeContent(
  mount: Node,
  service: Node,
  { filled, copies }: ImageFolders & { readonly filled: boolean },
): void {
  const store = managedStore(service, mount.get("target").text() ?? "");
  if (store !== undefined) {
    mount.warn(
      `it is kept on EFS, a file system in the network: slower than a disk, and ${store} makes the service a managed store with backups`,
    );
  } else if (!filled && mount.at("volume", "nocopy").value !== true) {
    mount.warn(
      copies === "older"
        ? "what the image has there is not copied into it, for the stack has it already (nocopy: true says that this is meant)"
        : "it begins as an empty folder on EFS: what the image has there is not copied into it, for that needs a shell and cp, which the image has not or is not known to have (nocopy: true says that this is meant)",
    );
  }
}

/** What a folder of the project on EFS means for the program that keeps its data there. */
export function keptOnEfs(service: Node, target: string): string {
  const store = managedStore(service, target);
  return store === undefined
    ? "what is written there stays; a file system in the network is slower than a disk, for databases such as SQLite too, whose file one task alone may write"
    : `what is written there stays; ${store} makes the service a managed store with backups instead`;
}

/** The key that would let AWS keep this data, where the mount is the data directory of an image that it can replace. */
function managedStore(service: Node, target: string): string | undefined {
  const image = service.get("image").value;
  const store = storeOfImage(typeof image === "string" ? image : "");
  return store === undefined || !dataDirectory.test(target) ? undefined : `${store.keys[0]}: true`;
}
