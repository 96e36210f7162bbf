/** Archives from S3 and over HTTPS, as streams. */
import { BerthError, type Problem } from "../../errors";
import type { ArchiveStore, Clock } from "../../ports";
import type { AwsClients } from "../clients";
import { faultOf, problemOf } from "../faults";
import { checkedUrl, httpOpener } from "./http-body";
import { openResumable, type BodyPart, type Rest } from "./resumable";
import { parseS3Url, type S3Address } from "./url";

/** Answers `s3://bucket/key` by GetObject, and `https://…` (a presigned URL, say) by GET; `http://` on loopback only. */
export class AwsArchiveStore implements ArchiveStore {
  constructor(
    private readonly clients: AwsClients,
    private readonly clock: Clock,
  ) {}

  async open(location: string): Promise<NodeJS.ReadableStream> {
    if (!location.startsWith("s3://")) {
      const url = checkedUrl(location);
      return openResumable(url.origin + url.pathname, httpOpener(url, this.clock), this.clock);
    }
    const address = parseS3Url(location);
    return openResumable(location, (rest) => this.#getObject(location, address, rest), this.clock);
  }

  async #getObject(location: string, { bucket, key }: S3Address, rest?: Rest): Promise<BodyPart> {
    try {
      const s3 = await this.clients.s3();
      const range = rest === undefined ? {} : { Range: `bytes=${rest.offset}-`, IfMatch: rest.etag };
      const answer = await s3.getObject({ Bucket: bucket, Key: key, ...range });
      return {
        body: answer.Body as AsyncIterable<Uint8Array>,
        ...(answer.ETag === undefined ? {} : { etag: answer.ETag }),
        ...(answer.ContentLength === undefined ? {} : { length: answer.ContentLength }),
      };
    } catch (error) {
      throw new BerthError("project", refusalOf(location, bucket, error), { cause: error });
    }
  }
}

function refusalOf(location: string, bucket: string, error: unknown): Problem {
  const fault = faultOf(error);
  if (fault.code === "NoSuchBucket") {
    return {
      path: location,
      message: `the bucket ${bucket} does not exist`,
      hint: "check its name, and that these credentials belong to its account",
    };
  }
  if (fault.code === "NoSuchKey") {
    return {
      path: location,
      message: `there is no such object in the bucket ${bucket}`,
      hint: "check the key, and whether the archive was uploaded",
    };
  }
  if (fault.code === "PreconditionFailed") {
    return { path: location, message: "the archive was changed while it was read", hint: "run again" };
  }
  const problem = problemOf(location, error);
  if (fault.cause !== "refused") return problem;
  // GetObject, "Permissions": without s3:ListBucket a missing key is answered with 403 too.
  return {
    ...problem,
    hint: "reading needs s3:GetObject; without s3:ListBucket this is also S3's answer for a key that does not exist",
  };
}
