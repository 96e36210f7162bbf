/** Extended headers of tar: pax records (POSIX.1-2017, "pax Extended Header") and GNU's long names. */
import { decodeName } from "../tree/entry-name";
import { refusal } from "../errors";

/** What extended headers say of the next entry. */
export interface Extension {
  readonly name?: string;
  readonly linkName?: string;
  readonly size?: number;
}

/**
 * Reads `<length> <key>=<value>\n` records.
 *
 * @throws BerthError (project) for malformed records and for sparse files, whose bytes are not their content
 */
export function parsePax(body: Buffer, where: string): Extension {
  const found: { name?: string; linkName?: string; size?: number } = {};
  let rest = body;
  while (rest.length > 0) {
    const space = rest.indexOf(0x20);
    const length = space < 1 ? NaN : decimal(rest.toString("latin1", 0, space));
    if (!(length > space + 1) || length > rest.length || rest[length - 1] !== 0x0a) throw malformed(where);
    const record = rest.subarray(space + 1, length - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 1) throw malformed(where);
    const key = record.toString("latin1", 0, equals);
    const value = record.subarray(equals + 1);
    rest = rest.subarray(length);
    if (key === "path" && value.length > 0) found.name = decodeName(value);
    else if (key === "linkpath" && value.length > 0) found.linkName = decodeName(value);
    else if (key === "size") found.size = sizeOf(value, where);
    else if (key.startsWith("GNU.sparse.")) throw sparse(where);
  }
  return found;
}

export function sparse(where: string): Error {
  return refusal(where, "has a sparse file in it", { hint: "pack without tar's --sparse" });
}

/** GNU's long name or link name: the content up to its NUL. */
export function parseLongName(body: Buffer): string {
  const end = body.indexOf(0);
  return decodeName(end === -1 ? body : body.subarray(0, end));
}

function sizeOf(value: Buffer, where: string): number {
  const size = decimal(value.toString("latin1"));
  if (!Number.isSafeInteger(size)) throw malformed(where);
  return size;
}

function decimal(digits: string): number {
  return /^[0-9]{1,16}$/.test(digits) ? Number.parseInt(digits, 10) : NaN;
}

function malformed(where: string): Error {
  return refusal(where, "is corrupt: an extended header is malformed");
}
