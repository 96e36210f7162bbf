/**
 * What a bind mount of the project comes to on AWS, where no task sees the project. A file, and a folder that has files
 * for the program to read, are copied into the service's image. A folder that the program writes is one on EFS: one that
 * isn't there yet (Docker makes it, empty, and keeps what is written), one without files, and one that is known for its
 * data. What one service keeps, every service that mounts it shares.
 */
import { posix } from "node:path";
import { shortHash } from "../model/naming";
import type { FilesContext, ProjectFiles } from "./files";
import { managedKind } from "./managed";
import { mountsOf } from "./mounts";
import { dataDirectory } from "./named-volumes";
import { isRecord, type Node } from "./node";
import { insideRoot, isWithin } from "./paths";

/** What happens to a mount. */
export type Plan =
  | { readonly kind: "copy"; readonly path: string }
  /** A folder on EFS; `filled`: it begins with what the project has there. */
  | { readonly kind: "keep"; readonly path: string; readonly filled: boolean }
  /** A folder that nobody fills: read only, and not there. */
  | { readonly kind: "empty"; readonly path: string }
  /** A file that isn't there, or a folder that Docker is not to make. */
  | { readonly kind: "missing"; readonly path: string };

/** By the mount's path in the compose file. */
export type Plans = ReadonlyMap<string, Plan>;

/** As {@link dataDirectory}, of databases and the like that Berth does not manage. */
const otherStores =
  /^\/(prometheus|usr\/share\/(elasticsearch|opensearch)\/data|(opt\/)?bitnami\/[^/]+\/data|qdrant\/storage|meili_data|(var\/lib|var\/opt)\/(mysql|mariadb|mongodb|mssql|rabbitmq|influxdb2?|clickhouse|neo4j|cassandra|grafana|minio|registry|zookeeper(\/data)?|kafka(\/data)?)(\/data)?)\/?$/;

/** Folders that programs keep what they write in, as projects call them. */
const dataName =
  /^\.?((.*[-_.])?(data|db|database|databases|uploads?|storage|persist|persistent|persistence|pgdata|mysql-?data)|media|backups?|logs?|state|cache|volumes?)$/i;

/** Folders of a container that a program reads at its start. */
const configuration = /^\/(etc|docker-entrypoint[^/]*|usr\/(local\/)?etc|opt\/[^/]+\/(conf|config))(\/|$)/;

/** Names that are a file's: Docker would make a folder in its place, and the program would not find its file. */
const fileName =
  /(^|\/)([^/]*\.(ya?ml|json|json5|toml|ini|conf|cfg|cnf|config|properties|xml|sql|sh|bash|env|txt|md|pem|crt|cert|key|p12|pfx|jks|js|mjs|cjs|ts|py|rb|php|lua|go|rs|java|jar|war|html?|css|htpasswd|sqlite3?|db|log|rules|template|tmpl|tpl|j2|vcl|service|csv|list|lua|gz|zip|tar)|Dockerfile|Caddyfile|Makefile|Procfile|\.(env|htpasswd|pgpass|netrc|npmrc|bashrc))$/i;

/** A folder with such a name: acme.sh keeps its accounts in `~/.acme.sh`, and acme-companion in `/etc/acme.sh`. */
const folderName = /(^|\/)\.?acme\.sh$/;

function isFileName(path: string): boolean {
  return fileName.test(path) && !folderName.test(path);
}

/** What a folder holds that is kept in version control for its own sake. */
const placeholder =
  /^(\.git(keep|ignore|attributes)|\.keep|\.placeholder|\.dockerignore|\.DS_Store|readme(\.\w+)?)$/i;

type State = "missing" | "file" | "empty" | "full" | "unknown";

interface Mount {
  readonly key: string;
  readonly path: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly made: boolean;
  readonly state: State;
}

/** The plan of every bind mount of the project; those of managed stores apart, which keep their data themselves. */
export function planProjectMounts(context: FilesContext): Plans {
  const mounts = context.root
    .get("services")
    .entries()
    .filter(([, service]) => isRecord(service.value) && managedKind(service) === undefined)
    .flatMap(([, service]) =>
      mountsOf(service, context.root).flatMap((mount) => mountOf(mount, context) ?? []),
    );
  const plans = new Map(mounts.map((mount) => [mount.key, planOf(mount)]));
  const kept = [...plans.values()].filter(({ kind }) => kind === "keep").map(({ path }) => path);
  for (const { key, path, state } of mounts) {
    const shared = kept.some((folder) => path === folder || (isWithin(path, folder) && state !== "full"));
    if (shared && state !== "file") plans.set(key, { kind: "keep", path, filled: state === "full" });
  }
  return plans;
}

/** The path of a bind mount of the project, from its root; `undefined` of every other one. */
export function projectPath(mount: Node, folder: string): string | undefined {
  if (!isRecord(mount.value) || mount.get("type").value !== "bind") return undefined;
  const source = mount.get("source").value;
  return typeof source === "string" && source !== "" ? insideRoot(source, folder) : undefined;
}

function mountOf(mount: Node, { folder, files }: FilesContext): Mount | undefined {
  const path = projectPath(mount, folder);
  const target = mount.get("target").value;
  if (path === undefined || typeof target !== "string") return undefined;
  const readOnly = mount.get("read_only").value;
  return {
    key: mount.path,
    path,
    target: posix.normalize(target).replace(/(.)\/$/, "$1"),
    readOnly: readOnly === true || readOnly === "true",
    made: mount.at("bind", "create_host_path").value !== false,
    state: stateOf(path, files),
  };
}

function stateOf(path: string, files: ProjectFiles): State {
  if (files.has === undefined || files.names === undefined) return "unknown";
  if (!files.has(path)) return "missing";
  const names = files.names(path);
  if (names === undefined) return "file";
  return names.every((name) => placeholder.test(name)) ? "empty" : "full";
}

function planOf({ path, target, readOnly, made, state }: Mount): Plan {
  const missing = state === "missing";
  if (missing && (!made || isFileName(path) || isFileName(target))) return { kind: "missing", path };
  if (missing || (state === "empty" && path !== "."))
    return readOnly ? { kind: "empty", path } : { kind: "keep", path, filled: false };
  if (state === "file" || readOnly || path === "." || !isData(path, target)) return { kind: "copy", path };
  return { kind: "keep", path, filled: state === "full" };
}

function isData(path: string, target: string): boolean {
  if (configuration.test(target)) return false;
  if (dataDirectory.test(target) || otherStores.test(target)) return true;
  return dataName.test(posix.basename(path)) || dataName.test(posix.basename(target));
}

/** Names of a path that EFS makes where they are missing (EFS API reference, RootDirectory), but for the first. */
const mostParts = 3;
const longestPart = 24;

/** Below it lie the project's folders, which no named volume's name begins with. */
const top = "/@project";

/** The folder of the stack's file system for one of the project: `/@project/data`. Folders in each other stay so. */
export function folderOnEfs(path: string): string {
  const parts = path
    .split("/")
    .map((part) => (/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(part) ? part : `-${shortHash([part])}`));
  const cut = parts.map((part) =>
    part.length <= longestPart ? part : `${part.slice(0, longestPart - 9)}-${shortHash([part])}`,
  );
  if (cut.length <= mostParts) return [top, ...cut].join("/");
  const rest = cut.slice(mostParts - 1);
  return [top, ...cut.slice(0, mostParts - 1), `${cut.at(-1) ?? ""}-${shortHash(rest)}`].join("/");
}
