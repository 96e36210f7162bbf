/** Header blocks of tar for writing: ustar, with a pax header before it where ustar's fields are too small. */
import { blockSize } from "./header";

export interface TarHeader {
  /** Relative, without a slash at its end. */
  readonly name: string;
  /** A hard link's `linkName` is the name of an entry before it. */
  readonly type: "file" | "directory" | "symlink" | "hardlink";
  readonly executable?: boolean;
  /** Bytes of the content that follows. @default 0 */
  readonly size?: number;
  readonly linkName?: string;
  /** Seconds since the epoch. @default 0 */
  readonly time?: number;
}

const typeFlags = { file: "0", directory: "5", symlink: "2", hardlink: "1", pax: "x" } as const;

/** Bytes of the name and link fields of ustar, and the largest size that eleven octal digits can write. */
const fieldBytes = 100;
const largestSize = 0o77777777777;

/** The blocks before an entry's content; no owners, modes 0755 and 0644 (links 0777). */
export function headerBlocks(header: TarHeader): Buffer {
  const name = header.type === "directory" ? `${header.name}/` : header.name;
  const size = header.size ?? 0;
  const linkName = header.linkName ?? "";
  const records = [
    ...(fits(name) ? [] : [paxRecord("path", name)]),
    ...(fits(linkName) ? [] : [paxRecord("linkpath", linkName)]),
    ...(size <= largestSize ? [] : [paxRecord("size", String(size))]),
  ].join("");
  const own = block({
    name,
    flag: typeFlags[header.type],
    mode:
      header.type === "symlink"
        ? 0o777
        : header.type === "directory" || header.executable === true
          ? 0o755
          : 0o644,
    size: Math.min(size, largestSize),
    linkName,
    time: header.time ?? 0,
  });
  if (records === "") return own;
  const body = Buffer.from(records);
  const pax = block({
    name: "PaxHeader",
    flag: typeFlags.pax,
    mode: 0o644,
    size: body.length,
    linkName: "",
    time: 0,
  });
  return Buffer.concat([pax, body, padding(body.length), own]);
}

/** The zeros that fill a content's last block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

/** Two blocks of zeros. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize);

/** Whether every reader takes the text from its field alone: ASCII, and short enough. */
function fits(text: string): boolean {
  return text.length <= fieldBytes && /^[\x20-\x7e]*$/.test(text);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (length !== rest + String(length).length) length += 1;
  return `${length} ${key}=${value}\n`;
}

function block(fields: {
  readonly name: string;
  readonly flag: string;
  readonly mode: number;
  readonly size: number;
  readonly linkName: string;
  readonly time: number;
}): Buffer {
  const header = Buffer.alloc(blockSize);
  header.write(fields.name, 0, fieldBytes, "utf8");
  header.write(octal(fields.mode, 7), 100, "latin1");
  header.write(octal(0, 7), 108, "latin1");
  header.write(octal(0, 7), 116, "latin1");
  header.write(octal(fields.size, 11), 124, "latin1");
  header.write(octal(fields.time, 11), 136, "latin1");
  header.fill(" ", 148, 156);
  header.write(fields.flag, 156, "latin1");
  header.write(fields.linkName, 157, fieldBytes, "utf8");
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, "latin1");
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
