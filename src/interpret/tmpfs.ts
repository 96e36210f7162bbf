/** `tmpfs`, and volumes of this type: folders in memory, which Fargate has as Docker has them. */
import type { MemoryFolder, Size } from "../model/project";
import { mountsOf } from "./mounts";
import type { Node } from "./node";

const MiB = 1024 * 1024;

/** Options that take no value (ECS API reference, Tmpfs: mountOptions); those of sharing are of no use in a task. */
const flags = new Set(
  (
    "defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync atime noatime diratime nodiratime " +
    "relatime norelatime strictatime nostrictatime"
  ).split(" "),
);
/** Options with a value (the same page), and what it looks like (tmpfs(5)). */
const valued: ReadonlyMap<string, RegExp> = new Map([
  ["size", /^\d+[kmg%]?b?$/i],
  ["mode", /^[0-7]{1,4}$/],
  ["uid", /^\d+$/],
  ["gid", /^\d+$/],
  ["nr_inodes", /^\d+[kmg]?$/i],
  ["nr_blocks", /^\d+[kmg]?$/i],
  ["mpol", /^[a-z]+(=[a-z]+)?(:[0-9,-]+)?$/],
]);
/** What Docker mounts with (docker run, --tmpfs), each unless its opposite is asked for. */
const usual = ["exec", "suid", "dev"] as const;

const units: Readonly<Record<string, number>> = { "": 1, k: 1024, m: MiB, g: 1024 * MiB };

/**
 * The folders of `tmpfs` and of `volumes`, in the file's order.
 *
 * @param root - the project, with the volumes
 * @param memory - the task's
 * @param onInstance - whether ECS sets the size of /dev/shm by itself
 */
export function readTmpfs(
  service: Node,
  root: Node,
  { memory, onInstance }: Pick<Size, "memory"> & { readonly onInstance: boolean },
): readonly MemoryFolder[] | undefined {
  const short = service
    .get("tmpfs")
    .items()
    .flatMap((node) => {
      const [path = "", options = ""] = node.text()?.split(/:(.*)/s) ?? [];
      return path === "" ? [] : readFolder(node, path, options.split(",").filter(Boolean), memory);
    });
  judgeShared(service, root);
  const long = mountsOf(service, root)
    .filter((mount) => mount.get("type").value === "tmpfs")
    .flatMap((mount) => {
      const path = mount.get("target").text();
      return path === undefined ? [] : readFolder(mount, path, longOptions(mount), memory);
    });
  const mounted = [...short, ...long];
  const folders = [...mounted, ...(onInstance ? [] : readShared(service.get("shm_size"), mounted, memory))];
  return folders.length === 0 ? undefined : folders;
}

/**
 * `shm_size` on Fargate, which sets no size of /dev/shm: a folder in memory over it, as Docker mounts it (moby,
 * daemon/oci_linux.go: noexec, nosuid, nodev, mode 1777).
 */
function readShared(node: Node, mounted: readonly MemoryFolder[], memory: number): readonly MemoryFolder[] {
  const bytes = node.number();
  const path = "/dev/shm";
  if (bytes === undefined || bytes === 0 || mounted.some((folder) => folder.path === path)) return [];
  const size = judgeSize(node, Math.ceil(bytes / MiB), memory);
  return [{ path, size, options: ["noexec", "nosuid", "nodev", "mode=1777"] }];
}

/** MiB that the folders in memory of a container may hold, where the file says how much. */
export function sizedFolders(service: Node, root: Node): number {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const short = service.get("tmpfs").items();
  const long = mountsOf(service, root).filter((mount) => mount.get("type").value === "tmpfs");
  const options = [
    ...short.map((node) => text(node.value).replace(/^[^:]*:?/, "")),
    ...long.map((mount) => text(mount.get("options").value)),
  ];
  const written = options.flatMap((list) => /(?:^|,)size=([^,%]+)(?:,|$)/.exec(list)?.[1] ?? []);
  const bytes = [service.get("shm_size"), ...long.map((mount) => mount.at("tmpfs", "size"))];
  return [...written, ...bytes.map(({ value }) => (typeof value === "number" ? String(value) : text(value)))]
    .map((size) => sizeOf(size, 0))
    .reduce((sum, size) => sum + size, 0);
}

/** A volume in memory that several services mount is one folder in Docker; no two tasks share memory. */
function judgeShared(service: Node, root: Node): void {
  const written = service.get("volumes").items();
  mountsOf(service, root).forEach((mount, index) => {
    const source = written[index]?.get("source").value;
    if (mount.get("type").value !== "tmpfs" || typeof source !== "string") return;
    const users = root
      .get("services")
      .entries()
      .filter(([, other]) =>
        other
          .get("volumes")
          .items()
          .some((each) => each.get("source").value === source),
      );
    if (users.length > 1)
      mount.warn(
        `each service has a folder of its own in memory: ${users.map(([name]) => name).join(", ")} share nothing by it`,
      );
  });
}

function longOptions(mount: Node): readonly string[] {
  const given = (mount.get("options").text() ?? "").split(",").filter((option) => option !== "");
  const size = mount.at("tmpfs", "size").text();
  const mode = mount.at("tmpfs", "mode").integer(0, 0o7777);
  return [
    ...(mount.get("read_only").boolean() === true ? ["ro"] : []),
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
    ...given,
  ];
}

function readFolder(
  node: Node,
  path: string,
  given: readonly string[],
  memory: number,
): readonly MemoryFolder[] {
  if (!/^\/./.test(path)) {
    node.problem(`${JSON.stringify(path)} is no place for a folder in memory`, "an absolute path below /");
    return [];
  }
  const wrong = given.filter((option) => !isOption(option));
  for (const option of wrong)
    node.problem(
      `${JSON.stringify(option)} is no option of a tmpfs`,
      "such as size=64m, mode=1777, uid=1000 or exec",
    );
  if (wrong.length > 0) return [];
  const sizes = given.filter((option) => option.startsWith("size="));
  const asked = given.filter((option) => !sizes.includes(option) && option !== "defaults");
  const kept = usual.filter((flag) => !asked.includes(flag) && !asked.includes(`no${flag}`));
  const size = judgeSize(node, sizeOf(sizes.at(-1)?.slice("size=".length) ?? "0", memory), memory);
  return [{ path, size, options: [...kept.map((flag) => `no${flag}`), ...asked] }];
}

function isOption(option: string): boolean {
  const [name = "", value] = option.split(/=(.*)/s);
  return value === undefined ? flags.has(name) : valued.get(name)?.test(value) === true;
}

/** MiB; 0 where there is no limit. */
function sizeOf(text: string, memory: number): number {
  const [, digits = "0", unit = ""] = /^(\d+)([kmg%]?)/i.exec(text) ?? [];
  if (unit === "%") return Math.ceil((Number(digits) / 100) * memory);
  return Math.ceil((Number(digits) * (units[unit.toLowerCase()] ?? 1)) / MiB);
}

/** Without a limit a tmpfs takes half of the machine's memory (tmpfs(5)); ECS needs a size. */
function judgeSize(node: Node, size: number, memory: number): number {
  if (size === 0) {
    node.warn(`it holds ${memory / 2} MiB, half of the task's memory: size=… sets another limit`);
    return memory / 2;
  }
  if (size <= memory) return size;
  node.warn(`${size} MiB become ${memory} MiB: the task has no more memory`);
  return memory;
}
