/** Configs that a task can't mount, and so are copied into the image: no secrets, which an image must not hold. */
import { posix } from "node:path";
import type { ProjectMount } from "../model/build";
import { isNoText } from "../utf8";
import { hasSecret } from "../compose/secret-marker";
import { configTarget, isSystemFolder, largestFile, type FilesContext } from "./files";
import { insideRoot } from "./paths";
import { isRecord, type Node } from "./node";

/** The configs of a service that are built into its image. */
export function bakedConfigs(service: Node, context: FilesContext): readonly ProjectMount[] {
  return service
    .get("configs")
    .items()
    .flatMap((mount) => bakedConfig(mount, context) ?? []);
}

/**
 * A single file in a folder of the system (a task mounts folders alone, and would hide what is there), or one that is
 * too large for Parameter Store, or no text, whose content is no secret.
 *
 * @returns `undefined` of a config that the task mounts
 */
export function bakedConfig(mount: Node, context: FilesContext): ProjectMount | undefined {
  const source = isRecord(mount.value) ? mount.get("source").value : undefined;
  const target = configTarget(mount);
  if (typeof source !== "string" || target === undefined) return undefined;
  const content = contentOf(context.root.get("configs").get(source), context);
  if (content === undefined) return undefined;
  // Parameter Store has texts: what is none is copied, byte for byte.
  const copied = content.path !== "" && isNoText(content.text);
  const large = Buffer.byteLength(content.text) > largestFile;
  if (!large && !copied && !isSystemFolder(posix.dirname(target))) return undefined;
  return {
    path: content.path,
    target,
    key: mount.path,
    ...(content.path === "" ? { text: content.text } : {}),
  };
}

function contentOf(
  declared: Node,
  { folder, files }: FilesContext,
): { readonly path: string; readonly text: string } | undefined {
  if (!isRecord(declared.value) || declared.value["external"] === true) return undefined;
  const { content, file } = declared.value;
  if (typeof content === "string") return hasSecret(content) ? undefined : { path: "", text: content };
  const path = typeof file === "string" ? insideRoot(file, folder) : undefined;
  const text = path === undefined ? undefined : files.read(path);
  return path === undefined || text === undefined ? undefined : { path, text };
}
