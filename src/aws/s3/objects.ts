/** Small objects that are written whole: the event stream of a run. */
import { BerthError } from "../../errors";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { awsError } from "../faults";
import { checkedUrl } from "./http-body";
import { parseS3Url } from "./url";

/** Milliseconds that an HTTPS address may take to accept a body. */
const putTimeout = 60_000;

/**
 * Puts a body at `s3://bucket/key` or `https://…` (HTTP PUT, as a presigned URL wants it).
 *
 * @throws BerthError (usage) where it is refused; a presigned URL's query is never shown
 */
export async function putObject(
  clients: AwsClients,
  location: string,
  body: string,
  contentType: string,
): Promise<void> {
  if (location.startsWith("s3://")) {
    const { bucket, key } = parseS3Url(location);
    try {
      const s3 = await clients.s3();
      // Of an empty body the SDK finds no length by itself, and warns of it on stderr.
      const ContentLength = Buffer.byteLength(body);
      await s3.putObject({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength,
        ContentType: contentType,
      });
    } catch (error) {
      throw awsError("usage", location, error);
    }
    return;
  }
  const url = checkedUrl(location);
  const path = url.origin + url.pathname;
  return ask("usage", path, async () => {
    const headers = { "content-type": contentType };
    const answer = await fetch(url, {
      method: "PUT",
      body,
      headers,
      signal: AbortSignal.timeout(putTimeout),
    });
    if (!answer.ok)
      throw new BerthError("usage", { path, message: `the address answered HTTP ${answer.status}` });
  });
}

/** An object as text. @throws BerthError (deployment) where it is missing, refused or can't be reached */
export async function readObject(clients: AwsClients, location: string): Promise<string> {
  const { bucket, key } = parseS3Url(location);
  return ask("deployment", location, async () => {
    const { Body } = await (await clients.s3()).getObject({ Bucket: bucket, Key: key });
    return (await Body?.transformToString()) ?? "";
  });
}
