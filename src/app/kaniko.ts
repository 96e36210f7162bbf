/**
 * The command line of the executor that builds images: Kaniko, in its maintained fork
 * (github.com/osscontainertools/kaniko, README, "Additional Flags"; version 1.28).
 */
import { posix } from "node:path";
import type { ImageBuildRequest } from "../ports";
import type { Architecture } from "../project/model";

export type Platform = "linux/amd64" | "linux/arm64";

const platforms: Readonly<Record<Architecture, Platform>> = { X86_64: "linux/amd64", ARM64: "linux/arm64" };

/** The name that images, Docker and Kaniko give to an architecture of AWS. */
export function platformOf(architecture: Architecture): Platform {
  return platforms[architecture];
}

/** Times that a push, the download of a base image and its unpacking are tried again. */
const retries = 5;

type Executed = Pick<
  ImageBuildRequest,
  "architecture" | "context" | "dockerfile" | "target" | "args" | "cacheRepositoryUrl"
>;

/**
 * The executor's arguments, each as one `--flag=value`: a value may hold spaces, or begin with a dash.
 *
 * @param archive - `s3://bucket/key` of the project's `.tar.gz`
 * @param image - `repository:tag`
 */
export function executorArguments(request: Executed, archive: string, image: string): readonly string[] {
  const subPath = posix.relative("/", posix.join("/", request.context));
  return [
    // The project's archive as it was uploaded, unpacked by the executor; nothing is packed a second time. It leaves
    // the tarball at the root of what it unpacked, where only a context that is that root sees it.
    `--context=${archive}`,
    ...(subPath === "" ? [] : [`--context-sub-path=${subPath}`]),
    // Looked for under the context: a Dockerfile outside of it is reached by "..", as Compose has it.
    `--dockerfile=${posix.relative(`/${subPath}`, `/${request.dockerfile}`)}`,
    // By digest tag alone, never "latest": what is deployed is what was built from these very files.
    `--destination=${image}`,
    ...(request.target === undefined ? [] : [`--target=${request.target}`]),
    // Sorted, so that the same build has the same arguments whatever order the file had.
    ...Object.entries(request.args)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `--build-arg=${name}=${value}`),
    // The host's own platform, said for the image's metadata and the choice from an index; nothing is emulated.
    `--custom-platform=${platformOf(request.architecture)}`,
    "--cache=true",
    // Both platforms share it: a layer's key begins with the digest of its base image, which is a platform's own.
    `--cache-repo=${request.cacheRepositoryUrl}`,
    // COPY as well as RUN: dependency lists that did not change are most of a build.
    "--cache-copy-layers",
    // Cached layers are pushed from disk; compressed, a layer of 300 MB takes 2 GB of memory.
    "--compressed-caching=false",
    // By time, size, mode and owner instead of the content of every file after each step.
    "--snapshot-mode=redo",
    `--push-retry=${retries}`,
    `--image-download-retry=${retries}`,
    `--image-fs-extract-retry=${retries}`,
    // Two runs may build the same digest at once: the second push of an immutable tag is no failure, for the image
    // that stands there was built of the same files.
    "--push-ignore-immutable-tag-errors=true",
    // Colours are for terminals, and these lines end in CloudWatch.
    "--log-format=text",
  ];
}
