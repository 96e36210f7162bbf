/** Small objects that are written whole: texts beside an S3 state, and the event stream of a run. */
import { BerthError } from "../errors";
import type { TextStore } from "../ports";
import type { AwsClients } from "./clients";
import { awsError } from "./faults";
import { checkedUrl } from "./http-body";
import { parseS3Url } from "./s3-url";
import { S3StateReader } from "./state";

/** Milliseconds that an HTTPS address may take to accept a body. */
const putTimeout = 60_000;

/**
 * Puts a body at `s3://bucket/key` or `https://…` (HTTP PUT, as a presigned URL wants it).
 *
 * @throws BerthError (usage) where it is refused; a presigned URL's query is never told
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
      await s3.putObject({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
    } catch (error) {
      throw awsError("usage", location, error);
    }
    return;
  }
  const url = checkedUrl(location);
  const path = url.origin + url.pathname;
  try {
    const headers = { "content-type": contentType };
    const answer = await fetch(url, {
      method: "PUT",
      body,
      headers,
      signal: AbortSignal.timeout(putTimeout),
    });
    if (!answer.ok)
      throw new BerthError("usage", { path, message: `the address answered HTTP ${answer.status}` });
  } catch (error) {
    throw awsError("usage", path, error);
  }
}

/** Texts under `<backend>/.berth/` of a state on S3. */
export class S3Texts implements TextStore {
  readonly #clients: AwsClients;
  readonly #root: string;

  /** @param backendUrl - `s3://bucket/prefix`; a query is Pulumi's business and left out */
  constructor(clients: AwsClients, backendUrl: string) {
    this.#clients = clients;
    this.#root = `${(backendUrl.split("?")[0] ?? backendUrl).replace(/\/+$/, "")}/.berth`;
  }

  read(key: string): Promise<string | undefined> {
    return new S3StateReader(this.#clients).read(`${this.#root}/${key}`);
  }

  async write(key: string, text: string): Promise<void> {
    await putObject(this.#clients, `${this.#root}/${key}`, text, "application/json");
  }

  async remove(key: string): Promise<void> {
    const url = `${this.#root}/${key}`;
    const address = parseS3Url(url);
    try {
      const s3 = await this.#clients.s3();
      await s3.deleteObject({ Bucket: address.bucket, Key: address.key });
    } catch (error) {
      throw awsError("deployment", url, error);
    }
  }
}
