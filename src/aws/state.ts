/** The objects of a state backend on S3, read without starting an engine. */
import type { StateReader } from "../ports";
import type { AwsClients } from "./clients";
import { awsError, faultOf } from "./faults";
import { parseS3Url, type S3Address } from "./s3-url";

/** Codes of "it is not there": GetObject names it, HeadObject has no body to name it in. */
const missing = ["NoSuchKey", "NotFound", "NoSuchBucket"];

/** Reads `s3://bucket/key`; a missing bucket is the same as a missing object: nothing has been written yet. */
export class S3StateReader implements StateReader {
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /** The object's ETag. @throws BerthError (deployment) where AWS refuses or can't be reached */
  version(url: string): Promise<string | undefined> {
    return this.#ask(url, async ({ bucket, key }) => {
      const s3 = await this.#clients.s3();
      return (await s3.headObject({ Bucket: bucket, Key: key })).ETag;
    });
  }

  /** @throws BerthError (deployment) where AWS refuses or can't be reached */
  read(url: string): Promise<string | undefined> {
    return this.#ask(url, async ({ bucket, key }) => {
      const s3 = await this.#clients.s3();
      return (await s3.getObject({ Bucket: bucket, Key: key })).Body?.transformToString();
    });
  }

  /** @throws BerthError (deployment) where AWS refuses or can't be reached */
  async any(prefix: string): Promise<boolean> {
    const found = await this.#ask(prefix, async ({ bucket, key }) => {
      const s3 = await this.#clients.s3();
      return (await s3.listObjectsV2({ Bucket: bucket, Prefix: key, MaxKeys: 1 })).Contents;
    });
    return found !== undefined && found.length > 0;
  }

  async #ask<T>(url: string, call: (address: S3Address) => Promise<T>): Promise<T | undefined> {
    try {
      return await call(parseS3Url(url));
    } catch (error) {
      if (missing.includes(faultOf(error).code)) return undefined;
      throw awsError("deployment", url, error);
    }
  }
}
