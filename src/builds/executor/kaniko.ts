/**
 * The command line of the executor that builds images: Kaniko, in its maintained fork
 * (github.com/osscontainertools/kaniko, README, "Additional Flags"; version 1.28).
 */
import { posix } from "node:path";
import { contextFolder, ownDockerfile } from "../../archive";
import type { ImageBuildRequest } from "../../ports";
import { secretVariable } from "../../model/build-secrets";
import type { Build } from "../../model/project";
import { platformOf } from "../../model/platforms";
import { argumentsLeft } from "../rewrite/long-arguments";

/** Times that a push is tried again: a layer lost on the way costs the whole build. */
const pushRetries = 5;
/**
 * Times that the download of a base image and its unpacking are tried again. The executor waits 1, 2, 4 … seconds between
 * them, and asks twice for an image (kaniko, pkg/image and pkg/executor/build.go): five would take 63 s for a name that
 * is nowhere.
 */
const pullRetries = 2;

type Executed = Pick<ImageBuildRequest, "architecture" | "build" | "cacheRepositoryUrl" | "registryMaps">;

/** What one run of the executor is for. */
export type Purpose =
  /** `image`: `repository:tag`. `labels`: those of Berth; the build's own override them. */
  | { readonly kind: "publish"; readonly image: string; readonly labels: Readonly<Record<string, string>> }
  /** A stage that only has to succeed. */
  | { readonly kind: "test"; readonly stage: string };

/**
 * The executor's arguments, each as one `--flag=value`: a value may hold spaces, or begin with a dash.
 *
 * @param context - `s3://bucket/key` of the packed context (`packContext`)
 * @param isOwn - whether the Dockerfile is the one that is packed beside the context
 */
export function executorArguments(
  request: Executed,
  context: string,
  purpose: Purpose,
  isOwn: boolean,
): readonly string[] {
  const { build } = request;
  const { args, labels } = argumentsLeft(build);
  const place = contextPlace(build);
  return [
    `--context=${context}`,
    // The executor leaves the tarball itself, as context.tar.gz, at the root of what it unpacks (kaniko,
    // pkg/buildcontext/s3.go), where `COPY .` takes it into the image. So the project is packed below a folder, and no
    // context is ever that root.
    `--context-sub-path=${place}`,
    // Looked for under the context: a Dockerfile outside of it is reached by "..", as Compose has it.
    `--dockerfile=${posix.relative(place, dockerfilePlace(build, isOwn))}`,
    ...(purpose.kind === "test"
      ? testFlags(purpose.stage)
      : publishFlags(build.target, { ...purpose, labels: { ...purpose.labels, ...labels } })),
    // Sorted, so that the same build has the same arguments whatever order the file had.
    ...sorted(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    // The value is in a variable that ECS fills from Parameter Store: neither these arguments nor the image have it.
    ...(build.secrets ?? []).map(({ id }) => `--secret=id=${id},type=env,env=${secretVariable(id)}`),
    // The host's own platform, said for the image's metadata and the choice from an index; nothing is emulated.
    `--custom-platform=${platformOf(request.architecture)}`,
    // Base images through ECR's pull-through caches; what a cache can't give comes from its own registry.
    ...sorted(request.registryMaps ?? {}).map(([registry, cache]) => `--registry-map=${registry}=${cache}`),
    ...(build.noCache === true ? [] : cacheFlags(request.cacheRepositoryUrl)),
    // By the content of every file after each step. "redo" looks at size, mode, owner and times alone, and loses a change
    // that keeps them, as an archive unpacked with its own times (kaniko, README, "mtime and snapshotting").
    `--snapshot-mode=${build.snapshots === "fast" ? "redo" : "full"}`,
    // A socket of the host that somebody mounts there is what it is left out for by default; there is none on Fargate.
    "--ignore-var-run=false",
    `--push-retry=${pushRetries}`,
    `--image-download-retry=${pullRetries}`,
    `--image-fs-extract-retry=${pullRetries}`,
    // Colours are for terminals, and these lines end in CloudWatch, from where the progress is read.
    "--log-format=text",
    // It builds only in what it knows for a container, and recognizes Fargate's by nothing but the kind of file
    // system that / is (kaniko, pkg/util/proc).
    "--force",
  ];
}

function cacheFlags(repositoryUrl: string): readonly string[] {
  return [
    "--cache=true",
    // One for each platform: a layer's key begins with its base image's digest, and FROM scratch has none.
    `--cache-repo=${repositoryUrl}`,
    // COPY as well as RUN: dependency lists that did not change are most of a build.
    "--cache-copy-layers",
    // Cached layers are pushed from disk; compressed, a layer of 300 MB takes 2 GB of memory.
    "--compressed-caching=false",
  ];
}

/** The path of a build's context in what is packed for it. */
export function contextPlace({ context }: Pick<Build, "context">): string {
  return posix.join(contextFolder, posix.join("/", context)).replace(/\/$/, "");
}

function dockerfilePlace({ dockerfile }: Build, isOwn: boolean): string {
  return typeof dockerfile !== "string" || isOwn
    ? ownDockerfile
    : posix.join(contextFolder, posix.join("/", dockerfile));
}

function publishFlags(target: string | undefined, { image, labels }: Extract<Purpose, { kind: "publish" }>) {
  return [
    // By digest tag alone, never "latest": what is deployed is what was built from these very files.
    `--destination=${image}`,
    // Two runs may build the same digest at once: the second push of an immutable tag is no failure, for the image
    // that exists was built of the same files.
    "--push-ignore-immutable-tag-errors=true",
    ...(target === undefined ? [] : [`--target=${target}`]),
    // Put on at the end, and so in the key of no cached layer.
    ...sorted(labels).map(([name, value]) => `--label=${name}=${value}`),
  ];
}

/** Its layers go to the cache, from which the image is built then; the stage itself goes nowhere. */
function testFlags(stage: string): readonly string[] {
  return ["--no-push", `--target=${stage}`];
}

function sorted(entries: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}
