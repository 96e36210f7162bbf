/** The buckets and distributions of static sites, and the layers of images in ECR. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Architecture } from "../../model/project";
import type { ImageLayer, ImageLayers, ObjectWords, SiteStore } from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { uploadStream } from "../s3/stream-upload";

/** Bytes that are sent at once, and again where a call fails; above that in parts. */
const atOnce = 8 * 1024 ** 2;

/** Keys of one call (Amazon S3 API, DeleteObjects). */
const mostKeys = 1_000;

/** Milliseconds between two looks at an invalidation, and until one that goes on is left to itself. */
const pace = { look: 2_000, patience: 15 * 60_000 };

const descriptor = z.object({ digest: z.string() });
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });
const indexSchema = z.object({
  manifests: z.array(
    descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});
const configSchema = z.object({ config: z.object({ WorkingDir: z.string().nullish() }).nullish() });

const mediaTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export interface AwsSiteStoreOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds, as {@link pace}. */
  readonly look?: number;
}

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsSiteStore implements SiteStore {
  constructor(
    private readonly clients: AwsClients,
    private readonly options: AwsSiteStoreOptions = {},
  ) {}

  async keys(bucket: string, prefix: string): Promise<ReadonlySet<string>> {
    return ask("deployment", `s3://${bucket}/${prefix}`, async () => {
      const s3 = await this.clients.s3();
      const found = new Set<string>();
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.listObjectsV2({
          ...{ Bucket: bucket, Prefix: prefix },
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        });
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.add(Key);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return found;
    });
  }

  async read(bucket: string, key: string): Promise<string | undefined> {
    return ask("deployment", `s3://${bucket}/${key}`, async () => {
      const s3 = await this.clients.s3();
      try {
        const { Body } = await s3.getObject({ Bucket: bucket, Key: key });
        return await Body?.transformToString();
      } catch (error) {
        if (faultOf(error).code === "NoSuchKey") return undefined;
        throw error;
      }
    });
  }

  async write(bucket: string, key: string, body: string): Promise<void> {
    await ask("deployment", `s3://${bucket}/${key}`, async () => {
      const s3 = await this.clients.s3();
      await s3.putObject({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json" });
    });
  }

  async put(bucket: string, key: string, file: string, size: number): Promise<void> {
    await ask("deployment", `s3://${bucket}/${key}`, async () => {
      const s3 = await this.clients.s3();
      if (size <= atOnce) await s3.putObject({ Bucket: bucket, Key: key, Body: await readFile(file) });
      // 10,000 parts at the most (Amazon S3 User Guide, Multipart upload limits): 5 GiB take parts of 8 MiB.
      else
        await uploadStream(s3, {
          bucket,
          key,
          body: createReadStream(file),
          partSize: atOnce,
          partsAtOnce: 2,
        });
    });
  }

  async copy(bucket: string, from: string, to: string, words: ObjectWords): Promise<void> {
    await ask("deployment", `s3://${bucket}/${to}`, async () => {
      const s3 = await this.clients.s3();
      await s3.copyObject({
        ...{ Bucket: bucket, Key: to, CopySource: `${bucket}/${from}`, MetadataDirective: "REPLACE" },
        ...{ ContentType: words.contentType, CacheControl: words.cacheControl },
      });
    });
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    await ask("deployment", `s3://${bucket}`, async () => {
      const s3 = await this.clients.s3();
      for (let from = 0; from < keys.length; from += mostKeys) {
        const Objects = keys.slice(from, from + mostKeys).map((Key) => ({ Key }));
        const { Errors: [first] = [] } = await s3.deleteObjects({
          Bucket: bucket,
          Delete: { Objects, Quiet: true },
        });
        if (first !== undefined)
          throw new Error(
            `${first.Key ?? ""} could not be deleted: ${first.Code ?? ""} ${first.Message ?? ""}`,
          );
      }
    });
  }

  async invalidate(DistributionId: string, paths: readonly string[]): Promise<void> {
    const { look = pace.look } = this.options;
    await ask("deployment", `cloudfront:${DistributionId}`, async () => {
      const cloudFront = await this.clients.cloudFront();
      const Paths = { Quantity: paths.length, Items: [...paths] };
      const { Invalidation } = await cloudFront.createInvalidation({
        DistributionId,
        InvalidationBatch: { CallerReference: randomUUID(), Paths },
      });
      let status = Invalidation?.Status;
      const Id = Invalidation?.Id ?? "";
      for (let waited = 0; status === "InProgress" && waited < pace.patience; waited += pace.look) {
        await sleep(look);
        status = (await cloudFront.getInvalidation({ DistributionId, Id })).Invalidation?.Status;
      }
    });
  }

  async layers(reference: string, architecture: Architecture): Promise<ImageLayers> {
    return ask("deployment", reference, async () => {
      const { repository, digest } = parsed(reference);
      let document = await this.#manifest(repository, digest);
      const index = indexSchema.safeParse(document);
      if (index.success) {
        const wanted = architecture === "ARM64" ? "arm64" : "amd64";
        const own = index.data.manifests.find(({ platform }) => platform?.architecture === wanted);
        if (own === undefined) throw new Error(`the image has nothing for linux/${wanted}`);
        document = await this.#manifest(repository, own.digest);
      }
      const { config, layers } = manifestSchema.parse(document);
      const settings = configSchema.parse(
        JSON.parse(await text(await this.#blob(repository, config.digest))),
      );
      return {
        workingDir: settings.config?.WorkingDir ?? "/",
        layers: layers.map(({ digest: layer }): ImageLayer => ({
          digest: layer,
          open: () => this.#blob(repository, layer),
        })),
      };
    });
  }

  async #manifest(repository: Repository, imageDigest: string): Promise<unknown> {
    const ecr = await this.clients.ecr();
    const { images: [image] = [], failures: [failure] = [] } = await ecr.batchGetImage({
      ...repository,
      ...{ imageIds: [{ imageDigest }], acceptedMediaTypes: mediaTypes },
    });
    if (image?.imageManifest === undefined)
      throw new Error(`ECR does not give the image: ${failure?.failureReason ?? "it is not there"}`);
    return JSON.parse(image.imageManifest);
  }

  /** The configuration of an image is a blob as its layers are. */
  async #blob(repository: Repository, layerDigest: string): Promise<Readable> {
    const { fetch = globalThis.fetch } = this.options;
    const ecr = await this.clients.ecr();
    const { downloadUrl = "" } = await ecr.getDownloadUrlForLayer({ ...repository, layerDigest });
    const answer = await fetch(downloadUrl);
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      throw new Error(`the layer ${layerDigest} is answered with ${answer.status}`);
    }
    return Readable.fromWeb(answer.body);
  }
}

interface Repository {
  readonly registryId?: string;
  readonly repositoryName: string;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>@sha256:…` */
function parsed(reference: string): { readonly repository: Repository; readonly digest: string } {
  const [name = "", digest = ""] = reference.split("@");
  const registryId = /^(\d{12})\.dkr[.-]ecr/.exec(name)?.[1];
  const repositoryName = name.slice(name.indexOf("/") + 1);
  return { repository: { repositoryName, ...(registryId === undefined ? {} : { registryId }) }, digest };
}
