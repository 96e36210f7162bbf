/** `secrets` and `configs` of a service: files that the container finds. */
import type { ImageConfig } from "../model/image-config";
import type { DeployedServices } from "../model/deployed";
import { posix } from "node:path";
import { BerthError } from "../errors";
import type { EnvironmentValue, MountedFile } from "../model/project";
import { isNoText } from "../utf8";
import { hasSecret, templateParts } from "../compose/secret-marker";
import { readSecretName } from "./environment";
import { insideRoot } from "./paths";
import { isRecord, type Node } from "./node";

/** The files of the project, for those whose content a service mounts. */
export interface ProjectFiles {
  /** The text of a file, by its path from the root; undefined where there is none. */
  read(path: string): string | undefined;
  /** Whether a file or a folder is there. @default nobody knows */
  has?(path: string): boolean;
  /** The names in a folder; undefined where there is no such folder. @default nobody knows */
  names?(path: string): readonly string[] | undefined;
}

/** What `secrets` and `configs` are read with. */
export interface FilesContext {
  /** The project. */
  readonly root: Node;
  /** The folder, from the root, that paths are seen from. */
  readonly folder: string;
  readonly files: ProjectFiles;
  /** What the stack runs already. */
  readonly deployed: DeployedServices;
  /** What is known of an image, by its reference. */
  readonly images: (reference: string) => ImageConfig | undefined;
}

type Kind = "secrets" | "configs";

/** Where a file is whose target says no folder (Compose Specification, Services, secrets and configs). */
const folders: Readonly<Record<Kind, string>> = { secrets: "/run/secrets", configs: "/" };

/** Bytes that fit into an advanced parameter (Systems Manager, Parameter tiers: 8 KB) in base64, four for three. */
export const largestFile = (8192 / 4) * 3;

/** Folders without which nothing runs: a mount would hide what the image has there. */
const system =
  /^\/(bin|boot|dev|etc|home|lib|lib32|lib64|opt|proc|root|run|sbin|srv|sys|tmp|usr(\/(s?bin|lib|lib64|local|local\/bin|share))?|var(\/(lib|log|run|tmp))?)?$/;

/**
 * The files of a container, sorted by path; undefined where there are none.
 *
 * @param isBaked - whether a config is built into the image
 */
export function readFiles(
  service: Node,
  context: FilesContext,
  isBaked: (config: Node) => boolean,
): readonly MountedFile[] | undefined {
  const seen = new Set<string>();
  const files = (["secrets", "configs"] as const).flatMap((kind) =>
    service
      .get(kind)
      .items()
      .flatMap((mount) => {
        if (kind === "configs" && isBaked(mount)) return [];
        const file = readFile(mount, kind, context);
        if (file !== undefined && seen.has(file.path))
          mount.problem(`a second file at ${file.path}`, "give it another target");
        if (file !== undefined) seen.add(file.path);
        return file ?? [];
      }),
  );
  return files.length === 0 ? undefined : files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readFile(mount: Node, kind: Kind, context: FilesContext): MountedFile | undefined {
  if (!isRecord(mount.value)) {
    mount.problem("not a mount", "write the name, or a map with source and target");
    return undefined;
  }
  const source = mount.get("source").text();
  if (source === undefined) {
    if (!mount.get("source").present) mount.problem("it has no source", `name one of the project's ${kind}`);
    return undefined;
  }
  const path = readTarget(mount, kind, source);
  const mode = readMode(mount.get("mode"));
  const uid = mount.get("uid").integer(0, 2 ** 32 - 2) ?? 0;
  const gid = mount.get("gid").integer(0, 2 ** 32 - 2) ?? 0;
  const content = readContent(mount, context.root.get(kind).get(source), { ...context, kind, source });
  return path === undefined || content === undefined ? undefined : { path, mode, uid, gid, content };
}

/** Whether what the image has in a folder is needed to run anything. */
export function isSystemFolder(folder: string): boolean {
  return system.test(folder);
}

/** Where a config is in the container; `undefined` where that is no path of a file. */
export function configTarget(mount: Node): string | undefined {
  const [source, target] = [mount.get("source").value, mount.get("target").value];
  const written = typeof target === "string" && target !== "" ? target : source;
  if (typeof written !== "string" || hasSecret(written)) return undefined;
  const path = posix.join(folders.configs, written);
  return path.endsWith("/") || /\p{Cc}/u.test(path) ? undefined : path;
}

/** A task mounts folders, never single files: what the image has in the folder is hidden. */
function readTarget(mount: Node, kind: Kind, source: string): string | undefined {
  const target = mount.get("target").text() ?? source;
  const path = posix.join(target.startsWith("/") ? "/" : folders[kind], target);
  if (path.endsWith("/") || /\p{Cc}/u.test(path)) {
    mount.problem(`${JSON.stringify(target)} is no path of a file`, `target: ${folders.secrets}/${source}`);
    return undefined;
  }
  const folder = posix.dirname(path);
  if (system.test(folder)) {
    const name = posix.basename(path);
    mount.refuse(
      `a task mounts folders, not single files, and a mount at ${folder} would hide what the image has there`,
      `give the file a folder of its own, such as target: /run/configs/${name}, and point the program to it`,
    );
    return undefined;
  }
  if (!path.startsWith("/run/"))
    mount.warn(`a task mounts folders, not single files: what else the image has in ${folder} is hidden`);
  return path;
}

/** Octal, as Compose writes it; readable for everyone where the file says nothing. */
function readMode(node: Node): number {
  const text = node.text();
  if (text === undefined || text === "") return 0o444;
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  node.problem(`${JSON.stringify(text)} is no file mode`, 'octal, like "0440"');
  return 0o444;
}

/** What a mounted secret or config holds; what is wrong with its declaration is reported. */
export function readContent(
  mount: Node,
  declared: Node,
  context: FilesContext & { readonly kind: Kind; readonly source: string },
): EnvironmentValue | undefined {
  const { kind, source } = context;
  if (!declared.present) {
    mount.problem(
      `there is no ${kind.slice(0, -1)} ${JSON.stringify(source)}`,
      `write it under ${kind} at the top`,
    );
    return undefined;
  }
  if (declared.get("external").boolean() === true)
    return readSecretName(declared.get("name").text() ?? source, declared);
  const variable = declared.get("environment");
  if (variable.present) {
    const name = variable.text();
    return name === undefined ? undefined : readSecretName(name, variable);
  }
  const content = declared.get("content");
  if (content.present) {
    const text = content.rawText();
    return text === undefined || !fits(content, text) ? undefined : written(text);
  }
  const file = declared.get("file");
  if (file.present) return fileContent(file, context);
  declared.problem("nothing says what its content is", "write file, environment or external: true");
  return undefined;
}

function written(text: string): EnvironmentValue {
  return hasSecret(text) ? { kind: "template", parts: templateParts(text) } : { kind: "plain", value: text };
}

function fileContent(node: Node, { folder, files }: FilesContext): EnvironmentValue | undefined {
  const written = node.text();
  if (written === undefined) return undefined;
  const path = insideRoot(written, folder);
  if (path === undefined) {
    node.problem(
      `${JSON.stringify(written)} is outside of the project's folder`,
      "move the file below the compose file's folder, or keep the value in Parameter Store: external: true",
    );
    return undefined;
  }
  const text = readText(node, path, files);
  return text === undefined || !fits(node, text, path) ? undefined : { kind: "plain", value: text };
}

function readText(node: Node, path: string, files: ProjectFiles): string | undefined {
  let text: string | undefined;
  try {
    text = files.read(path);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    for (const { message, hint } of error.problems) node.problem(message, hint);
    return undefined;
  }
  if (text === undefined) {
    node.problem(
      `there is no file ${JSON.stringify(path)}`,
      "add it, or keep the value in Parameter Store: external: true in place of file",
    );
  } else if (isNoText(text)) {
    node.problem(
      `${JSON.stringify(path)} is not a text in UTF-8`,
      "copy it into the image, or store it in base64",
    );
    return undefined;
  }
  return text;
}

function fits(node: Node, text: string, path = "FILE"): boolean {
  const size = Buffer.byteLength(text);
  if (size <= largestFile) return true;
  node.refuse(
    `${size} bytes: Parameter Store, from which a task gets its files, stores at most ${largestFile}`,
    `mount it, which puts it into the image: volumes: [./${path}:TARGET:ro]; or fetch it when the program starts`,
  );
  return false;
}
