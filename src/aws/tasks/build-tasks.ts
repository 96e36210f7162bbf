/** Build tasks on Fargate, the contexts that they read, and the registry that they fill. */
import type { BatchGetImageCommandInput, BatchGetImageCommandOutput } from "@aws-sdk/client-ecr";
import type { S3 } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { BerthError } from "../../errors";
import type { BuildCapacity, BuildTasks, ImageBuildRequest, Manifest, StartedTask } from "../../ports";
import type { AwsClients } from "../clients";
import { faultOf } from "../faults";
import { uploadStream } from "../s3/stream-upload";
import { FargateTasks, type FargateTasksOptions } from "./tasks";

/** Every kind of manifest that a builder pushes; ECR leaves out of its answer what a caller does not say it takes. */
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** PutImage's errors for a tag that exists already, with this manifest or with another (ECR API reference, PutImage). */
const alreadyThere = ["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"];

/** Milliseconds that a context is used again: it goes after a week (`contextExpiry`), and never while a build reads it. */
const contextAge = 6 * 86_400_000;

/** Every method rejects with a BerthError (build) where AWS refuses or can't be reached. */
export class FargateBuildTasks extends FargateTasks implements BuildTasks {
  readonly #now: () => number;

  /** @param now - milliseconds since the epoch. @default the machine's clock */
  constructor(clients: AwsClients, options: FargateTasksOptions = {}, now: () => number = () => Date.now()) {
    super(clients, { kind: "build", noun: "the build task" }, options);
    this.#now = now;
  }

  async manifest(repositoryUrl: string, reference: string): Promise<Manifest | undefined> {
    const path = `${repositoryUrl}:${reference}`;
    return this.ask(path, async () => {
      const ecr = await this.clients.ecr();
      const wanted: BatchGetImageCommandInput = {
        ...repositoryOf(repositoryUrl),
        imageIds: [reference.startsWith("sha256:") ? { imageDigest: reference } : { imageTag: reference }],
        acceptedMediaTypes: manifestTypes,
      };
      const { images = [], failures = [] } = await ecr.batchGetImage(wanted).catch(nothingWithoutRepository);
      const [image] = images;
      if (image?.imageManifest !== undefined) {
        return {
          digest: image.imageId?.imageDigest ?? "",
          mediaType: image.imageManifestMediaType ?? mediaTypeOf(image.imageManifest),
          size: Buffer.byteLength(image.imageManifest),
        };
      }
      const failure = failures.find(({ failureCode }) => failureCode !== "ImageNotFound");
      if (failure === undefined) return undefined;
      throw new BerthError("build", {
        path,
        message: `ECR could not look the image up: ${failure.failureCode ?? ""} ${failure.failureReason ?? ""}`,
      });
    });
  }

  async putManifest(repositoryUrl: string, tag: string, manifest: string, mediaType: string): Promise<void> {
    await this.ask(`${repositoryUrl}:${tag}`, async () => {
      const ecr = await this.clients.ecr();
      try {
        await ecr.putImage({
          ...repositoryOf(repositoryUrl),
          imageTag: tag,
          imageManifest: manifest,
          imageManifestMediaType: mediaType,
        });
      } catch (error) {
        if (!alreadyThere.includes(faultOf(error).code)) throw error;
      }
    });
  }

  async putContext(bucket: string, key: string, pack: () => Readable, signal?: AbortSignal): Promise<string> {
    const url = `s3://${bucket}/${key}`;
    return this.ask(url, async () => {
      const s3 = await this.clients.s3();
      if (await this.#lies(s3, bucket, key)) return url;
      // In parts: how long it is shows only when it is packed.
      const contentType = "application/gzip";
      await uploadStream(s3, { bucket, key, body: pack(), contentType, partsAtOnce: 2, signal });
      return url;
    });
  }

  /** Whether a context is there and stays for as long as a build takes: the key is the digest of what is in it. */
  async #lies(s3: S3, bucket: string, key: string): Promise<boolean> {
    try {
      const { LastModified } = await s3.headObject({ Bucket: bucket, Key: key });
      return LastModified !== undefined && this.#now() - LastModified.getTime() < contextAge;
    } catch (error) {
      // Without the permission to list a bucket, a missing key is answered by 403 (HeadObject, "Permissions").
      if (["NotFound", "NoSuchKey"].includes(faultOf(error).code) || faultOf(error).status === 403)
        return false;
      throw error;
    }
  }

  run(
    request: ImageBuildRequest,
    executorArguments: readonly string[],
    { provider, size }: BuildCapacity,
  ): Promise<StartedTask> {
    return this.startIfRoom(`services.${request.service}.build`, request, {
      container: { command: [...executorArguments] },
      capacityProvider: provider,
      ...(size === undefined ? {} : { size }),
    });
  }
}

/** A first preview asks before the repository is made. */
function nothingWithoutRepository(error: unknown): Pick<BatchGetImageCommandOutput, "images" | "failures"> {
  if (faultOf(error).code === "RepositoryNotFoundException") return {};
  throw error;
}

/** A manifest names its own type; one without is of Docker's first registry (image manifest version 2, schema 2). */
function mediaTypeOf(manifest: string): string {
  const read: unknown = JSON.parse(manifest);
  const type = typeof read === "object" && read !== null && "mediaType" in read ? read.mediaType : undefined;
  return typeof type === "string" ? type : "application/vnd.docker.distribution.manifest.v2+json";
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`; without an account where the registry is another's, an emulator's. */
function repositoryOf(url: string): { readonly registryId?: string; readonly repositoryName: string } {
  const registryId = /^(\d{12})\.dkr[.-]ecr/.exec(url)?.[1];
  return {
    ...(registryId === undefined ? {} : { registryId }),
    repositoryName: url.slice(url.indexOf("/") + 1),
  };
}
