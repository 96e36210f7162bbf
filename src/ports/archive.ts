/** Where archives are read from. */

/** Reads archives and small objects from S3 and HTTPS. */
export interface ArchiveStore {
  /**
   * Opens an archive as a stream of bytes.
   * @param location - `s3://bucket/key` or `https://…`
   * @throws BerthError (project) with one clear line: missing key, missing bucket, refused access, unreachable
   */
  open(location: string): Promise<NodeJS.ReadableStream>;
}
