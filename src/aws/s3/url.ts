/** `s3://bucket/key`. */
import { BerthError } from "../../errors";

export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** @throws BerthError (project) where the bucket or the key is missing */
export function parseS3Url(url: string): S3Address {
  const found = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url);
  const [, bucket, key] = found ?? [];
  if (bucket === undefined || key === undefined) {
    throw new BerthError("project", {
      path: url,
      message: "is not a complete S3 address",
      hint: "write s3://bucket/key",
    });
  }
  return { bucket, key };
}
