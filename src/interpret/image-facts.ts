/** What is known of the image that a service runs: by its name, or by the Dockerfile that it is built from. */
import { posix } from "node:path";
import { MissingFact } from "../autobuild";
import { BerthError } from "../errors";
import { definedOnly } from "../defined";
import { withInstructions } from "../dockerfile/config";
import { dockerfileImage } from "../dockerfile/image";
import type { ImageConfig } from "../model/image-config";
import { imageNameOf, registryOf, type ImageName } from "../model/image-name";
import { hasSecret } from "../compose/secret-marker";
import { autoRecipe, isAuto } from "./auto-build";
import type { FilesContext } from "./files";
import { isSite } from "./site-key";
import { managedKinds } from "./managed";
import { isRecord, type Node } from "./node";
import { insideRoot } from "./paths";

/** An image for one platform of Linux. */
export interface ImageRequest {
  readonly reference: string;
  readonly architecture: "amd64" | "arm64";
  /** The secret that has the registry's `user:password`. @default none is named */
  readonly login?: string;
}

export interface ImageFacts {
  /** Its own name, or that of the image which it is built on. @default nobody knows it */
  readonly name?: ImageName;
  /** The reference of {@link name}, as it is pulled. */
  readonly reference?: string;
  /** What it says of itself. @default nothing is known of it */
  readonly config?: ImageConfig;
}

/** Reads what the file says; what is wrong with it is reported by those who need it. */
export function readImageFacts(service: Node, files: FilesContext): ImageFacts {
  if (service.get("build").present || isAuto(service)) return builtFacts(service, files);
  const reference = plain(service.get("image"));
  if (reference === "") return {};
  return { reference, name: imageNameOf(reference), ...definedOnly({ config: files.images(reference) }) };
}

function builtFacts(service: Node, files: FilesContext): ImageFacts {
  const build = service.get("build");
  const text = dockerfileText(service, files);
  if (text === undefined) return {};
  const target = plain(build.get("target"));
  const args = Object.entries(isRecord(build.get("args").value) ? (build.get("args").value as object) : {});
  const built = dockerfileImage(text, {
    ...(target === "" ? {} : { target }),
    args: Object.fromEntries(args.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
  });
  if (built === undefined) return {};
  const { base, scratch, instructions } = built;
  const below = scratch ? { volumes: [], shell: false, complete: true } : base && files.images(base);
  const config = withInstructions(below || undefined, instructions);
  return base === undefined ? { config } : { config, reference: base, name: imageNameOf(base) };
}

/** The text of a build's Dockerfile. @returns `undefined` where there is none, or none that can be named */
export function dockerfileText(service: Node, { files, folder }: FilesContext): string | undefined {
  const build = service.get("build");
  const inline = build.get("dockerfile_inline").value;
  if (typeof inline === "string") return inline;
  const context = isRecord(build.value) ? plain(build.get("context")) || "." : plain(build) || ".";
  const within = insideRoot(context, folder);
  if (within === undefined) return undefined;
  const written = isRecord(build.value) ? plain(build.get("dockerfile")) || "Dockerfile" : "Dockerfile";
  const path = insideRoot(posix.join(within, written));
  if (path === undefined) return undefined;
  try {
    return isAuto(service)
      ? (autoRecipe(service, within, files)?.dockerfile ?? files.read(path))
      : files.read(path);
  } catch (error) {
    if (error instanceof BerthError || error instanceof MissingFact) return undefined;
    throw error;
  }
}

/** A text without unset variables; empty for everything else. */
function plain({ value }: Node): string {
  return typeof value === "string" && !hasSecret(value) ? value : "";
}

/** The images that the containers of a project run, or are built on; each once. */
export function imagesIn(services: Node, files: FilesContext): readonly ImageRequest[] {
  const found = new Map<string, ImageRequest>();
  for (const [, service] of isRecord(services.value) ? services.entries() : []) {
    if (!isRecord(service.value) || managedKinds(service).length > 0 || isSite(service)) continue;
    const { reference } = readImageFacts(service, files);
    const architecture = plain(service.get("platform")).includes("arm64") ? "arm64" : "amd64";
    if (reference === undefined) continue;
    const login = loginOf(service, reference) ?? found.get(reference)?.login;
    found.set(reference, { reference, architecture, ...definedOnly({ login }) });
  }
  return [...found.values()];
}

/** The secret of `x-registry-credentials`, of the service or of its build for the registry of its base image. */
function loginOf(service: Node, reference: string): string | undefined {
  const build = service.get("build");
  if (!build.present) return plain(service.get("x-registry-credentials")) || undefined;
  const registries = isRecord(build.value) ? build.get("x-registry-credentials") : undefined;
  const own =
    registries !== undefined && isRecord(registries.value)
      ? registries.get(registryOf(reference))
      : undefined;
  const common = registryOf(reference) === "docker.io" ? undefined : service.get("x-registry-credentials");
  return (own && plain(own)) || (common && plain(common)) || undefined;
}
