/** What S3 answers, as far as Pulumi's backend asks it (Amazon S3 API reference; gocloud.dev `s3blob`). */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { messageOf } from "../../errors";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

/** An error of AWS's SDK, as far as it counts. */
interface Refusal {
  readonly name: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

const xml = { "content-type": "application/xml" };

function etag(text: string): string {
  return `"${createHash("md5").update(text).digest("hex")}"`;
}

function error(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: xml,
    body: `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']|[^\x20-\uffff]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Answers by the result of the request. */
export const answers = {
  denied: error(403, "AccessDenied", "Access Denied"),
  gone: { status: 204 } satisfies Answer,
  /** What AWS has refused is refused here too; after all else the CLI tries again. */
  failed: (thrown: unknown): Answer => {
    const { name, $metadata } = ((thrown instanceof Error ? thrown.cause : undefined) ??
      {}) as Partial<Refusal>;
    const status = $metadata?.httpStatusCode ?? 500;
    return status < 500
      ? error(status, name ?? "AccessDenied", messageOf(thrown))
      : error(500, "InternalError", messageOf(thrown));
  },
  /** @param text - `undefined` where there is none */
  object: (text: string | undefined): Answer =>
    text === undefined
      ? error(404, "NoSuchKey", "The specified key does not exist.")
      : {
          status: 200,
          headers: {
            ...{ "content-length": Buffer.byteLength(text), "content-type": "application/octet-stream" },
            ...{ etag: etag(text), "last-modified": new Date().toUTCString() },
          },
          body: text,
        },
  kept: (text: string): Answer => ({ status: 200, headers: { etag: etag(text) } }),
  copied: (text: string): Answer => ({
    status: 200,
    headers: xml,
    body: `<CopyObjectResult><ETag>${escaped(etag(text))}</ETag></CopyObjectResult>`,
  }),
  /** Of an upload in parts. */
  begun: (id: string): Answer => ({
    status: 200,
    headers: xml,
    body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
  }),
  completed: (text: string): Answer => ({
    status: 200,
    headers: xml,
    body: `<CompleteMultipartUploadResult><ETag>${escaped(etag(text))}</ETag></CompleteMultipartUploadResult>`,
  }),
};

/** The keys that begin with a prefix; with a delimiter, folders in place of what is in them. */
export function listOf(keys: readonly string[], prefix: string, delimiter: string): Answer {
  const folders = new Set<string>();
  const objects: string[] = [];
  for (const key of keys.filter((one) => one.startsWith(prefix))) {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) objects.push(key);
    else folders.add(key.slice(0, at + delimiter.length));
  }
  const now = new Date().toISOString();
  const contents = objects.map(
    (key) =>
      `<Contents><Key>${escaped(key)}</Key><LastModified>${now}</LastModified><ETag>""</ETag><Size>0</Size></Contents>`,
  );
  const prefixes = [...folders].map(
    (folder) => `<CommonPrefixes><Prefix>${escaped(folder)}</Prefix></CommonPrefixes>`,
  );
  const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}${prefixes.join("")}</ListBucketResult>`;
  return { status: 200, headers: xml, body };
}

/** The text of a request's body, which may come in chunks (Amazon S3 API reference, Signature calculations: chunked upload). */
export function bodyOf(headers: IncomingHttpHeaders, body: Buffer): string {
  if (headers["x-amz-decoded-content-length"] === undefined) return body.toString("utf8");
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const line = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, line), 16);
    if (!(size > 0)) break;
    chunks.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(chunks).toString("utf8");
}
