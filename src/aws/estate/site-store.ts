/** The buckets and distributions of static sites. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Architecture } from "../../model/project";
import type { Clock, ImageLayers, ObjectWords, SiteStore } from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { imageLayers } from "./image-layers";
import { uploadStream } from "../s3/stream-upload";
import { allPages } from "../pages";

/** Bytes that are sent at once, and again where a call fails; above that in parts. */
const atOnce = 8 * 1024 ** 2;

/** Keys of one call (Amazon S3 API, DeleteObjects). */
const mostKeys = 1_000;

/** Milliseconds between two looks at an invalidation, and until one that goes on is left to itself. */
const pace = { look: 2_000, patience: 15 * 60_000 };

export interface AwsSiteStoreOptions {
  readonly clock: Clock;
}

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsSiteStore implements SiteStore {
  constructor(
    private readonly clients: AwsClients,
    private readonly options: AwsSiteStoreOptions,
  ) {}

  async keys(bucket: string, prefix: string): Promise<ReadonlySet<string>> {
    return ask("deployment", `s3://${bucket}/${prefix}`, async () => {
      const s3 = await this.clients.s3();
      const objects = await allPages(async (ContinuationToken) => {
        const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, ContinuationToken });
        return [page.Contents, page.NextContinuationToken];
      });
      return new Set(objects.flatMap(({ Key }) => Key ?? []));
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
    const { clock } = this.options;
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
        await clock.sleep(pace.look);
        status = (await cloudFront.getInvalidation({ DistributionId, Id })).Invalidation?.Status;
      }
    });
  }

  layers(reference: string, architecture: Architecture): Promise<ImageLayers> {
    return imageLayers(this.clients, reference, architecture, this.options.clock);
  }
}
