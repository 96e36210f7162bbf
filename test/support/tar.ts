/** Archives written byte by byte, so that they can be as wrong as no packer makes them. */
import { gzipSync } from "node:zlib";

export interface RawEntry {
  readonly name: string | Buffer;
  /** @default "0", a file */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly mode?: number;
  readonly linkName?: string;
  /** The size that the header claims. @default that of the content */
  readonly size?: number;
  /** @default "ustar\0" with version 00 */
  readonly magic?: string;
  readonly prefix?: string;
  /** Its user and its group. @default 1000 */
  readonly owner?: number;
  /** Whether the checksum is that of signed bytes, as programs wrote it whose C had a signed `char`. @default false */
  readonly signed?: boolean;
  /** Changes the header after its checksum was made. */
  readonly damage?: (header: Buffer) => void;
}

/** One entry: header, content, padding. */
export function rawEntry(entry: RawEntry): Buffer {
  const content = Buffer.from(entry.content ?? "");
  const header = Buffer.alloc(512);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write(octal(entry.mode ?? 0o644, 7), 100, "latin1");
  header.write(octal(entry.owner ?? 1000, 7), 108, "latin1");
  header.write(octal(entry.owner ?? 1000, 7), 116, "latin1");
  header.write(octal(entry.size ?? content.length, 11), 124, "latin1");
  header.write(octal(1_700_000_000, 11), 136, "latin1");
  header.write("        ", 148, "latin1");
  header.write(entry.type ?? "0", 156, "latin1");
  header.write(entry.linkName ?? "", 157, "utf8");
  header.write(entry.magic ?? "ustar\u000000", 257, "latin1");
  header.write(entry.prefix ?? "", 345, "utf8");
  const bytes = entry.signed === true ? new Int8Array(header) : header;
  header.write(`${octal(checksum(bytes), 6)}\0`, 148, "latin1");
  entry.damage?.(header);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** Entries and the end marker. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), Buffer.alloc(1024)]);
}

export function rawTarGz(entries: readonly RawEntry[]): Buffer {
  return gzipSync(rawTar(entries));
}

/** A pax header for the entry that follows. */
export function paxEntry(records: Readonly<Record<string, string>>, type = "x"): RawEntry {
  return { name: "PaxHeader", type, content: Object.entries(records).map(paxRecord).join("") };
}

/** A whole small project, to which a test adds its own trouble. */
export const soundEntries: readonly RawEntry[] = [
  { name: "compose.yaml", content: "services: {web: {build: ./web}}\n" },
  { name: "web/", type: "5", mode: 0o755 },
  { name: "web/Dockerfile", content: "FROM scratch\n" },
];

function paxRecord([key, value]: readonly [string, string]): string {
  const body = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(body);
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  return `${length}${body}`;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function checksum(header: Uint8Array | Int8Array): number {
  let sum = 0;
  for (const byte of header) sum += byte;
  return sum;
}
