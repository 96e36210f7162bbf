/** Addresses of single objects, for a browser that has no credentials. */
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { parseS3Url } from "./url";

/** Seconds for which an address is good; no longer than the credentials that it is signed with. */
const goodFor = 900;

/**
 * An address under which whoever has it may read the object for a quarter of an hour.
 *
 * @throws BerthError (usage) where there are no credentials
 */
export async function readingUrl(clients: AwsClients, location: string): Promise<string> {
  const { bucket, key } = parseS3Url(location);
  return ask("usage", location, async () => {
    const [{ getSignedUrl }, { GetObjectCommand }] = await Promise.all([
      import("@aws-sdk/s3-request-presigner"),
      import("@aws-sdk/client-s3"),
    ]);
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    return await getSignedUrl(await clients.s3(), command, { expiresIn: goodFor });
  });
}
