/** What is known of the image that a service runs: by its name, or by the Dockerfile that it is built from. */
import { posix } from "node:path";
import { BerthError } from "../errors";
import { dockerfileImage, type DockerfileImage } from "../dockerfile/image";
import { imageNameOf, type ImageName } from "../model/image-name";
import { hasSecret } from "../compose/secret-marker";
import type { FilesContext } from "./files";
import { isRecord, type Node } from "./node";
import { insideRoot } from "./paths";

export interface ImageFacts {
  /** Its own name, or that of the image which it is built on. @default nobody knows it */
  readonly name?: ImageName;
  /** The reference of {@link name}, as it is pulled. */
  readonly reference?: string;
  /** What its Dockerfile makes of that image. @default it is not built */
  readonly built?: DockerfileImage;
}

/** Reads what the file says; what is wrong with it is reported by those who need it. */
export function readImageFacts(service: Node, files: FilesContext): ImageFacts {
  if (service.get("build").present) return builtFacts(service.get("build"), files);
  const reference = plain(service.get("image"));
  return reference === "" ? {} : { reference, name: imageNameOf(reference) };
}

function builtFacts(build: Node, files: FilesContext): ImageFacts {
  const text = dockerfileText(build, files);
  if (text === undefined) return {};
  const target = plain(build.get("target"));
  const args = Object.entries(isRecord(build.get("args").value) ? (build.get("args").value as object) : {});
  const built = dockerfileImage(text, {
    ...(target === "" ? {} : { target }),
    args: Object.fromEntries(args.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
  });
  if (built === undefined) return {};
  const { base } = built;
  return base === undefined ? { built } : { built, reference: base, name: imageNameOf(base) };
}

function dockerfileText(build: Node, { files, folder }: FilesContext): string | undefined {
  const inline = build.get("dockerfile_inline").value;
  if (typeof inline === "string") return inline;
  const context = isRecord(build.value) ? plain(build.get("context")) || "." : plain(build);
  const within = insideRoot(context, folder);
  if (within === undefined) return undefined;
  const written = isRecord(build.value) ? plain(build.get("dockerfile")) || "Dockerfile" : "Dockerfile";
  const path = insideRoot(posix.join(within, written));
  if (path === undefined) return undefined;
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof BerthError) return undefined;
    throw error;
  }
}

/** A text without unset variables; empty for everything else. */
function plain({ value }: Node): string {
  return typeof value === "string" && !hasSecret(value) ? value : "";
}
