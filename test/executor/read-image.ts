/** An image read back: its layers laid over each other, as a runtime does (OCI Image Format Specification, layer.md). */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { digestOf, type ImageRegistry } from "./registry";

export interface ReadFile {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly mode: number;
  readonly owner: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly content: Buffer;
  /** Of a link. */
  readonly target: string;
  /** Of `security.capability`, in hexadecimal. */
  readonly capability?: string;
}

export interface ReadImage {
  readonly platform: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly layers: number;
}

interface ManifestDocument {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform: { readonly architecture: string };
  }[];
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly mediaType: string }[];
}

interface ConfigDocument {
  readonly os: string;
  readonly architecture: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** @param architecture - of an index. @default amd64 */
export function readImage(
  registry: ImageRegistry,
  repository: string,
  reference: string,
  architecture = "amd64",
): ReadImage {
  const found = registry.manifest(repository, reference);
  if (found === undefined) throw new Error(`no image ${repository}:${reference}`);
  const manifest = JSON.parse(found.body.toString()) as ManifestDocument;
  const fits = manifest.manifests?.find(({ platform }) => platform.architecture === architecture);
  if (fits !== undefined) return readImage(registry, repository, fits.digest);
  const config = JSON.parse(registry.blob(manifest.config.digest).toString()) as ConfigDocument;
  const files = new Map<string, ReadFile>();
  manifest.layers.forEach(({ digest, mediaType }, index) => {
    const layer = unpacked(mediaType, registry.blob(digest));
    if (digestOf(layer) !== config.rootfs.diff_ids[index])
      throw new Error(`layer ${digest} is not its diff ID's`);
    lay(layer, files);
  });
  return {
    platform: `${config.os}/${config.architecture}`,
    config: config.config,
    files,
    layers: manifest.layers.length,
  };
}

function unpacked(mediaType: string, body: Buffer): Buffer {
  if (mediaType.endsWith("zstd")) return zstdDecompressSync(body);
  return mediaType.endsWith("gzip") ? gunzipSync(body) : body;
}

function lay(layer: Buffer, files: Map<string, ReadFile>): void {
  for (const { path, file } of entries(layer)) {
    const [, folder = "", hidden] = /^(.*\/)\.wh\.(.*)$/.exec(path) ?? [];
    if (hidden === ".wh..opq") remove(files, folder.slice(0, -1), false);
    else if (hidden !== undefined) remove(files, `${folder}${hidden}`, true);
    else {
      if (file.kind !== "folder") remove(files, path, true);
      files.set(path, file);
    }
  }
}

function remove(files: Map<string, ReadFile>, path: string, itself: boolean): void {
  if (itself) files.delete(path);
  for (const each of [...files.keys()]) if (each.startsWith(`${path}/`)) files.delete(each);
}

interface Entry {
  readonly path: string;
  readonly file: ReadFile;
}

function* entries(tar: Buffer): Generator<Entry> {
  const files = new Map<string, ReadFile>();
  let pax: Readonly<Record<string, string>> = {};
  let at = 0;
  while (at + 512 <= tar.length && tar[at] !== 0) {
    const header = tar.subarray(at, at + 512);
    const size = number(header, 124, 12);
    const content = tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "x") {
      pax = paxOf(content);
      continue;
    }
    const name =
      pax["path"] ?? [text(header, 345, 155), text(header, 0, 100)].filter((part) => part !== "").join("/");
    const path = `/${name.replace(/^\.?\//, "").replace(/\/$/, "")}`;
    const target = pax["linkpath"] ?? text(header, 157, 100);
    const original = type === "1" ? files.get(`/${target.replace(/^\//, "")}`) : undefined;
    const capability = pax["SCHILY.xattr.security.capability"];
    const file: ReadFile = original ?? {
      kind:
        ({ "0": "file", "\0": "file", "1": "file", "2": "link", "5": "folder" }[type] as
          "file" | undefined) ?? "other",
      mode: number(header, 100, 8) & 0o7777,
      owner: `${pax["uid"] ?? String(number(header, 108, 8))}:${pax["gid"] ?? String(number(header, 116, 8))}`,
      time: Math.floor(Number(pax["mtime"] ?? number(header, 136, 12))),
      content: Buffer.from(content),
      target: type === "2" ? target : "",
      ...(capability === undefined ? {} : { capability: Buffer.from(capability, "latin1").toString("hex") }),
    };
    files.set(path, file);
    pax = {};
    yield { path, file };
  }
}

function number(header: Buffer, at: number, length: number): number {
  return parseInt(text(header, at, length).trim() || "0", 8);
}

function text(header: Buffer, at: number, length: number): string {
  return header.toString("latin1", at, at + length).split("\0")[0] ?? "";
}

/** As bytes, one character each: values may be binary. */
function paxOf(content: Buffer): Readonly<Record<string, string>> {
  const records: Record<string, string> = {};
  const all = content.toString("latin1");
  for (let at = 0; at < all.length;) {
    const length = Number(/^\d+/.exec(all.slice(at))?.[0] ?? all.length);
    const record = all.slice(all.indexOf(" ", at) + 1, at + length - 1);
    records[record.slice(0, record.indexOf("="))] = record.slice(record.indexOf("=") + 1);
    at += length;
  }
  return records;
}
