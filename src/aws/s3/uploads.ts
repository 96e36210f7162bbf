/** Files that are uploaded to S3 in parts, once. */
import { createReadStream } from "node:fs";
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";
import { parseS3Url } from "./url";
import { uploadStream } from "./stream-upload";

/** Bytes of a part, and parts on their way at once: 32 MiB of memory, whatever the file's size. */
const partSize = 8 * 1024 ** 2;
const partsAtOnce = 4;

/** Whether there is such an object. @param location - `s3://bucket/key` */
export async function hasObject(clients: AwsClients, location: string): Promise<boolean> {
  const { bucket, key } = parseS3Url(location);
  try {
    await (await clients.s3()).headObject({ Bucket: bucket, Key: key });
    return true;
  } catch (error) {
    if (["NotFound", "NoSuchKey"].includes(faultOf(error).code)) return false;
    throw awsError("deployment", location, error);
  }
}

/**
 * Uploads a file, in parts where it is large: whole or not at all.
 *
 * @param location - `s3://bucket/key`
 * @param onProgress - receives the number of bytes that have arrived
 * @param signal - ends it within seconds
 * @throws BerthError (deployment) where AWS refuses or can't be reached; the signal's reason where that ended it
 */
export async function uploadFile(
  clients: AwsClients,
  location: string,
  path: string,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, key } = parseS3Url(location);
  const body = createReadStream(path, { highWaterMark: 1024 ** 2 });
  try {
    await uploadStream(await clients.s3(), { bucket, key, body, partSize, partsAtOnce, signal, onProgress });
  } catch (error) {
    signal.throwIfAborted();
    throw awsError("deployment", location, error);
  }
}
