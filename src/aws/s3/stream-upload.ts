/** Streams that are uploaded to S3 in parts: whole or not at all. */
import type { S3 } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";

export interface StreamUpload {
  readonly bucket: string;
  readonly key: string;
  readonly body: Readable;
  readonly contentType?: string;
  /** Bytes; S3 takes 5 MiB or more. @default 5 MiB */
  readonly partSize?: number;
  /** Parts on their way at once. */
  readonly partsAtOnce: number;
  /** Ends the upload, and with it the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes that have arrived. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Milliseconds that an upload which is ended waits for the parts that are on their way, and for S3 to drop what has
 * arrived. What stays behind then, the lifecycle rule of every bucket of ours drops after a day.
 */
const patience = 5_000;

/**
 * Uploads to the stream's end.
 *
 * @throws an AbortError once the signal is aborted, within seconds; else what the stream or S3 fails with
 */
export async function uploadStream(s3: S3, upload: StreamUpload): Promise<void> {
  const { bucket, key, body, contentType, partSize, partsAtOnce, signal, onProgress } = upload;
  const { Upload } = await import("@aws-sdk/lib-storage");
  const isEnded = (): boolean => signal?.aborted === true;
  if (isEnded()) {
    body.destroy();
    throw ended(upload);
  }
  const parts = new Upload({
    client: s3,
    params: {
      Bucket: bucket,
      Key: key,
      Body: body,
      ...(contentType === undefined ? {} : { ContentType: contentType }),
    },
    queueSize: partsAtOnce,
    ...(partSize === undefined ? {} : { partSize }),
  });
  parts.on("httpUploadProgress", ({ loaded }) => {
    if (loaded !== undefined) onProgress?.(loaded);
  });
  // Not by its own abort(): it rejects before S3 was asked to drop the parts. A stream that fails is reported first.
  let timer: NodeJS.Timeout | undefined;
  let hurry: (error: Error) => void = () => undefined;
  const hurried = new Promise<never>((_resolve, reject) => (hurry = reject));
  const end = (): void => {
    body.destroy(ended(upload));
    timer = setTimeout(() => {
      hurry(ended(upload));
    }, patience);
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([parts.done(), hurried]);
  } catch (error) {
    throw isEnded() ? ended(upload) : error;
  } finally {
    signal?.removeEventListener("abort", end);
    clearTimeout(timer);
    body.destroy();
  }
}

function ended({ bucket, key }: StreamUpload): Error {
  return Object.assign(new Error(`the upload to s3://${bucket}/${key} was ended`), { name: "AbortError" });
}
