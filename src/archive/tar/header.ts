/**
 * One header block of a tar archive: POSIX.1-2017 "ustar Interchange Format" (pax), GNU tar's "Basic Tar Format",
 * and the older form without a magic. Only what a project is made of is read: no times, no owners.
 */
import { decodeName } from "../tree/entry-name";
import { refusal } from "../errors";

export const blockSize = 512;

export interface RawHeader {
  /** The type flag's character; NUL of the oldest archives is `0`. */
  readonly type: string;
  /** The bytes of the name, which a long-name header or a pax record may replace. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  /** Bytes of content. */
  readonly size: number;
}

/**
 * @param block - 512 bytes
 * @returns `undefined` for a block of zeros, two of which end an archive
 * @throws BerthError (project) where the checksum or a number is wrong
 */
export function parseHeader(block: Buffer, where: string): RawHeader | undefined {
  const recorded =
    block[148] === 0 && block.every((byte) => byte === 0) ? undefined : number(block, 148, 8, where);
  if (recorded === undefined) return undefined;
  if (!checksums(block).includes(recorded)) {
    throw refusal(where, "is corrupt or no tar archive: a header's checksum is wrong");
  }
  const flag = block[156] ?? 0;
  const magic = block.toString("latin1", 257, 263);
  const own = text(block, 0, 100);
  const prefix = magic === "ustar\0" ? text(block, 345, 155) : "";
  return {
    type: flag === 0 ? "0" : String.fromCharCode(flag),
    name: prefix === "" ? own : `${prefix}/${own}`,
    linkName: text(block, 157, 100),
    mode: number(block, 100, 8, where),
    size: number(block, 124, 12, where),
  };
}

/** The sum of the block's bytes with the checksum's own field as spaces; old archives summed signed bytes. */
function checksums(block: Buffer): readonly number[] {
  let unsigned = 0;
  let negative = 0;
  for (let index = 0; index < blockSize; index++) {
    const byte = index >= 148 && index < 156 ? 0x20 : (block[index] ?? 0);
    unsigned += byte;
    if (byte > 0x7f) negative += 1;
  }
  return [unsigned, unsigned - negative * 256];
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return decodeName(end === -1 ? field : field.subarray(0, end));
}

/** Octal digits between spaces and NULs, or GNU's base 256, marked by the first bit. */
function number(block: Buffer, start: number, length: number, where: string): number {
  if (((block[start] ?? 0) & 0x80) !== 0) return base256(block, start, length, where);
  const digits = block.toString("latin1", start, start + length).replace(/^[ \0]+|[ \0]+$/g, "");
  if (!/^[0-7]*$/.test(digits))
    throw refusal(where, "is corrupt or no tar archive: a header's number is malformed");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function base256(block: Buffer, start: number, length: number, where: string): number {
  let value = (block[start] ?? 0) & 0x7f;
  for (let index = start + 1; index < start + length; index++) value = value * 256 + (block[index] ?? 0);
  if (!Number.isSafeInteger(value)) throw refusal(where, "is corrupt: a header's number is out of range");
  return value;
}
