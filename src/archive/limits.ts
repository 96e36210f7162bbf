/** What an archive may cost. Every figure is checked while the archive streams by. */

const mebibyte = 1024 ** 2;

export interface ArchiveLimits {
  /** Entries: files, directories and links. @default 500,000 (about 150 MB of memory) */
  readonly entries?: number;
  /**
   * Unpacked bytes.
   * @default 20 GiB, a Fargate task's storage before it is widened (ECS, "Fargate task ephemeral storage"):
   * a build could not unpack more
   */
  readonly bytes?: number;
  /**
   * Unpacked bytes for each packed byte, judged once more than 64 MiB are unpacked.
   * @default 200: text and logs reach 50, deflate's own ceiling is 1,032 (zlib, "Technical Details")
   */
  readonly ratio?: number;
  /** Bytes of one file that is read as text. @default 4 MiB */
  readonly textBytes?: number;
  /** Bytes of all texts that the one pass keeps; what is beyond it takes another pass. @default 8 MiB */
  readonly keptBytes?: number;
}

const defaultLimits: Required<ArchiveLimits> = {
  entries: 500_000,
  bytes: 20 * 1024 * mebibyte,
  ratio: 200,
  textBytes: 4 * mebibyte,
  keptBytes: 8 * mebibyte,
};

/** The limits given, the defaults where none is. */
export function completeLimits(limits: ArchiveLimits = {}): Required<ArchiveLimits> {
  return { ...defaultLimits, ...limits };
}

/** Bytes unpacked before the compression ratio is judged: a small file of zeros is no bomb. */
export const ratioGrace = 64 * mebibyte;
