/** Texts under a prefix of a bucket: a state on S3, and the records beside it, read without starting an engine. */
import type { TextStore } from "../../ports";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";
import { faultOf, isTransient } from "../faults";
import { parseS3Url, type S3Address } from "./url";

/** Codes of "it is not there": GetObject names it, HeadObject has no body to name it in. */
const missing = ["NoSuchKey", "NotFound", "NoSuchBucket"];

/** S3 answers 409 while another write of the key is under way ("Conditional requests", S3 user guide): ask again. */
const conflictAttempts = 5;

/** The SDK tries a call again until its answer begins; a body that breaks off is asked for again, so many times in all. */
const bodyAttempts = 6;

/** A missing bucket is the same as a missing object: nothing has been written yet. */
export class S3Texts implements TextStore {
  /** @param root - `s3://bucket/prefix`, without a query */
  constructor(
    private readonly clients: AwsClients,
    private readonly root: string,
  ) {}

  /** @throws BerthError (deployment) where AWS refuses or can't be reached; so does every other method */
  read(key: string): Promise<string | undefined> {
    return this.#ask(key, async ({ bucket, key: Key }) => {
      const s3 = await this.clients.s3();
      for (let attempt = 1; ; attempt++) {
        const { Body } = await s3.getObject({ Bucket: bucket, Key });
        try {
          return await Body?.transformToString();
        } catch (error) {
          if (attempt === bodyAttempts || !isTransient(error)) throw error;
        }
      }
    });
  }

  /** The object's ETag. */
  version(key: string): Promise<string | undefined> {
    return this.#ask(key, async ({ bucket, key: Key }) => {
      const s3 = await this.clients.s3();
      return (await s3.headObject({ Bucket: bucket, Key })).ETag;
    });
  }

  async write(key: string, text: string): Promise<void> {
    await this.#put(key, text);
  }

  async create(key: string, text: string): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#put(key, text, "*");
        return true;
      } catch (error) {
        const { status } = faultOf(error instanceof Error ? error.cause : error);
        if (status === 409 && attempt < conflictAttempts) continue;
        if (status !== 412 && status !== 409) throw error;
        // An answer that got lost on its way has the SDK write again, and find its own object.
        return (await this.read(key)) === text;
      }
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...(await this.versions(folder)).keys()].sort();
  }

  /** The objects' ETags, a thousand of them in a request. */
  async versions(folder: string): Promise<ReadonlyMap<string, string>> {
    const root = parseS3Url(`${this.root}/${folder}`).key.length - folder.length;
    const found = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await this.#ask(`${folder}/`, async ({ bucket, key: Prefix }) => {
        const s3 = await this.clients.s3();
        return s3.listObjectsV2({
          Bucket: bucket,
          Prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        });
      });
      for (const { Key = "", ETag = "" } of page?.Contents ?? []) found.set(Key.slice(root), ETag);
      token = page?.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async remove(key: string): Promise<void> {
    await this.#ask(key, async ({ bucket, key: Key }) => {
      const s3 = await this.clients.s3();
      await s3.deleteObject({ Bucket: bucket, Key });
    });
  }

  async #put(key: string, text: string, ifNoneMatch?: "*"): Promise<void> {
    const url = `${this.root}/${key}`;
    const { bucket, key: Key } = parseS3Url(url);
    return ask("deployment", url, async () => {
      const s3 = await this.clients.s3();
      await s3.putObject({
        Bucket: bucket,
        Key,
        Body: text,
        ContentType: "application/json",
        ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
      });
    });
  }

  #ask<T>(key: string, call: (address: S3Address) => Promise<T>): Promise<T | undefined> {
    const url = `${this.root}/${key}`;
    return askIfThere("deployment", url, missing, () => call(parseS3Url(url)));
  }
}
