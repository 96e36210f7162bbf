/** `image`, `build` and `platform`: where a container's image comes from. */
import { posix } from "node:path";
import { instructionsOf } from "../dockerfile/dockerfile";
import type { Architecture, Build, ImageSource } from "../model/project";
import { imageNameHint, isImageName } from "../model/image-name";
import { architectureOf } from "../model/platforms";
import { hasSecret } from "../compose/secret-marker";
import { isAuto, judgeAuto, readAuto } from "./auto-build";
import { readContexts } from "./build-contexts";
import { readBuildOptions, readPlatforms } from "./build-options";
import type { FilesContext } from "./files";
import { isRecord, type Node, unsetVariables } from "./node";
import { inside, remote } from "./build-paths";

/** Keys that name a container's image, and are refused as such. */
const instead = ["provider", "x-defang-llm", "x-defang-mongodb"];

/**
 * The image of a container; a build wins over an image's name, as in Compose.
 *
 * @param context - with the folder that build contexts are seen from
 */
export function readImage(service: Node, context: FilesContext): ImageSource | undefined {
  const image = service.get("image");
  const build = service.get("build");
  const isBuilt = build.present || isAuto(service);
  judgeAuto(service);
  if (!isBuilt && service.get("x-test").present)
    service
      .get("x-test")
      .problem("an image that is not built has no test stage", "remove it, or build the image");
  if (isBuilt) {
    if (image.present) {
      image.warn(
        "the image is built, and stored in the project's own registry under the digest of its content",
      );
    }
    const read = readBuild(service, context);
    const named = image.value;
    if (read === undefined) return undefined;
    return {
      kind: "build",
      build: typeof named === "string" && isImageName(named) ? { ...read, named } : read,
    };
  }
  const reference = image.text();
  if (!image.present || reference === "") {
    const elsewhere = instead.some((key) => service.get(key).present);
    if (!elsewhere)
      service.problem("neither image nor build", "name an image, or a folder to build: build: .");
    return undefined;
  }
  if (reference === undefined) return undefined;
  if (isImageName(reference)) return { kind: "reference", reference };
  image.problem(`${JSON.stringify(reference)} is no image`, imageNameHint(reference));
  return undefined;
}

function readBuild(service: Node, files: FilesContext): Build | undefined {
  const build = service.get("build");
  const options = readBuildOptions(service, files);
  const platforms = readPlatforms(build.get("platforms").items().map(knownArchitecture));
  const context = readContext(build, files.folder);
  const dockerfile = context === undefined ? undefined : dockerfileOf(service, context, files);
  const args = readArguments(build.get("args"));
  const target = build.get("target").text();
  const contexts = readContexts(build, files);
  if (context === undefined || dockerfile === undefined) return undefined;
  return {
    context,
    dockerfile,
    ...(target === undefined || target === "" ? {} : { target }),
    args,
    ...(platforms === undefined ? {} : { platforms }),
    ...options,
    ...(contexts.length === 0 ? {} : { contexts }),
  };
}

function readContext(build: Node, folder: string): string | undefined {
  const node = isRecord(build.value) ? build.get("context") : build;
  const text = node.present ? node.text() : ".";
  if (text === undefined) return undefined;
  if (remote.test(text)) {
    node.refuse(
      `${text}: Berth builds only what is in the project`,
      "put the sources into the project's folder",
    );
    return undefined;
  }
  return inside(node, text, text, folder);
}

function dockerfileOf(
  service: Node,
  context: string,
  { files }: FilesContext,
): Build["dockerfile"] | undefined {
  if (isAuto(service)) return readAuto(service, context, files);
  return readDockerfile(service.get("build"), context);
}

/** That both `dockerfile` and `dockerfile_inline` are there was found before (compose-go, loader/validate.go). */
function readDockerfile(build: Node, context: string): Build["dockerfile"] | undefined {
  const inline = build.get("dockerfile_inline");
  if (inline.present) return readInline(inline);
  const node = build.get("dockerfile");
  const text = node.present ? node.text() : "Dockerfile";
  if (text === undefined) return undefined;
  return inside(
    node,
    text,
    text.startsWith("/") ? text : posix.join(context, text === "" ? "Dockerfile" : text),
  );
}

function readInline(node: Node): Build["dockerfile"] | undefined {
  const unset = node.rawText();
  const [variable = "NAME"] = unset === undefined ? [] : unsetVariables(unset);
  const inline = node.text(`a variable of the Dockerfile itself is written $$${variable}`);
  if (inline === undefined) return undefined;
  if (instructionsOf(inline).some(({ keyword }) => keyword === "FROM")) return { inline };
  node.problem("there is no FROM in it: an image begins with one", "dockerfile_inline: |");
  return undefined;
}

/**
 * Build arguments, sorted. One without a value, whose variable is set nowhere, is left out, as Compose does. A
 * variable set nowhere inside a value is an error: a build argument stays in the image's history, it is no secret.
 */
function readArguments(args: Node): Readonly<Record<string, string>> {
  const read: [string, string][] = [];
  for (const [name, value] of args.entries()) {
    if (!value.present) {
      value.warn(`variable ${hasSecret(name) ? "" : name} is not set: the Dockerfile's own default applies`);
      continue;
    }
    const text = value.text("build arguments are no place for secrets: build.secrets is");
    if (text !== undefined) read.push([name, text]);
  }
  return Object.fromEntries(read.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What a task of the service runs on: `platform`, or the only one of `build.platforms`, or linux/amd64. */
export function readArchitecture(service: Node): Architecture {
  const platforms = service.at("build", "platforms");
  const built = platforms.items().map(judgedArchitecture);
  const own = service.get("platform");
  if (!own.present) return new Set(built).size === 1 ? (built[0] ?? "X86_64") : "X86_64";
  const architecture = judgedArchitecture(own);
  if (built.length > 0 && architecture !== undefined && !built.includes(architecture))
    platforms.problem("the service's own platform is not among the platforms to build");
  return architecture ?? "X86_64";
}

function judgedArchitecture(node: Node): Architecture | undefined {
  const text = node.text();
  if (text === undefined || text === "") return undefined;
  const known = architectureOf(text);
  if (known === undefined) node.refuse(`Fargate runs no ${text}`, "linux/amd64 or linux/arm64");
  return known;
}

/** Without a word on what Fargate does not run: {@link readArchitecture} reports it. */
function knownArchitecture({ value }: Node): Architecture | undefined {
  return typeof value === "string" ? architectureOf(value) : undefined;
}
