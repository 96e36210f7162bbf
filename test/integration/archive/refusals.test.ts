import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { ArchiveOptions } from "../../../src/archive";
import { exitCodeOf } from "../../../src/errors";
import { MemoryStore, open, Workspace } from "../../support/archives";
import { paxEntry, rawEntry, rawTar, rawTarGz, soundEntries, type RawEntry } from "../../support/tar";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

async function refused(location: string, options: Partial<ArchiveOptions> = {}): Promise<string> {
  const error: unknown = await open(location, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error("the archive was not refused");
  expect(error.stack?.split("\n    at ")[0]).not.toContain("\n    ");
  expect([error.message, exitCodeOf(error)]).toEqual([error.message, 3]);
  expect(error.message).not.toContain("\n");
  return error.message;
}

const link = (name: string, target: string): RawEntry => ({ name, type: "2", linkName: target });
const hardLink = (name: string, target: string): RawEntry => ({ name, type: "1", linkName: target });

test.each<readonly [string, readonly RawEntry[], RegExp]>([
  ["an absolute path", [{ name: "/etc/passwd" }], /^\/etc\/passwd: the entry's path is absolute/],
  ["a path that climbs", [{ name: "../x" }], /^\.\.\/x: the entry's path has "\.\."/],
  ["a path that climbs in its middle", [{ name: "a/../../x" }], /^a\/\.\.\/\.\.\/x: /],
  ["a path that climbs in a pax record", [paxEntry({ path: "a/../x" }), { name: "a" }], /^a\/\.\.\/x: /],
  ["a character device", [{ name: "tty", type: "3" }], /^tty: is a character device/],
  ["a block device", [{ name: "sda", type: "4" }], /^sda: is a block device/],
  ["a named pipe", [{ name: "pipe", type: "6" }], /^pipe: is a named pipe/],
  ["a link to an absolute path", [link("l", "/etc/passwd")], /^l: the link leaves the project's root/],
  ["a link above the root", [link("web/l", "../../x")], /^web\/l: the link leaves/],
  ["a link above the root that is not there", [link("l", "no/../../x")], /^l: the link leaves/],
  [
    "a link that leaves only by way of another",
    [{ name: "a/b/", type: "5" }, link("a/b/up", "../.."), link("a/b/l", "up/../x")],
    /^a\/b\/up: the link leaves|^a\/b\/l: the link leaves/,
  ],
  ["a link to nothing", [link("l", "")], /^l: the link has no target/],
  ["a hard link above the root", [hardLink("l", "../x")], /^l: is a hard link that leaves/],
  ["a hard link to what is not there", [hardLink("l", "x")], /^l: is a hard link to what no earlier entry/],
  ["a hard link to a directory", [hardLink("l", "web")], /^l: is a hard link to what no earlier entry/],
  ["two entries of one name", [{ name: "compose.yaml" }], /^compose\.yaml: two entries/],
  ["two spellings of one name", [{ name: "./compose.yaml" }], /^\.\/compose\.yaml: two entries/],
  ["two directories of one name", [{ name: "./web//", type: "5" }], /^\.\/web\/\/: two entries/],
  ["a file where a directory is", [{ name: "web" }], /^web: two entries/],
  ["a directory where a file is", [{ name: "compose.yaml/", type: "5" }], /^compose\.yaml\/: two entries/],
  ["an entry below a link", [link("l", "web"), { name: "l/x" }], /^l\/x: .* below "l", which is a link/],
  ["an entry below a file", [{ name: "compose.yaml/x" }], /^compose\.yaml\/x: .*which is a file/],
  ["a link where a directory is already", [{ name: "d/x" }, link("d", "web")], /^d: two entries/],
  ["a name that is not UTF-8", [{ name: Buffer.from([0x61, 0xff]) }], /^a\uFFFD: the name is not UTF-8/],
  ["a name with a NUL", [paxEntry({ path: "a\0b" }), { name: "a" }], /^"a\\u0000b": .* NUL/],
  ["a name with a terminal's escape", [{ name: "../\u001b[31m" }], /^"\.\.\/\\u001b\[31m": /],
  ["a name without letters", [{ name: "" }], /has no name/],
  ["a root that is a file", [{ name: "./." }], /root is no directory/],
  ["a part of a name that is too long", [paxEntry({ path: "n".repeat(256) }), { name: "n" }], /255 bytes/],
  ["a name that is too long", [paxEntry({ path: "n/".repeat(2100) }), { name: "n" }], /4096 bytes/],
])("refuses %s", async (_title, entries, message) => {
  expect(await refused(workspace.write(rawTarGz([...soundEntries, ...entries])))).toMatch(message);
});

test.each<readonly [string, () => Buffer, RegExp]>([
  ["an empty file", () => Buffer.alloc(0), /: is empty$/],
  ["an archive of nothing", () => rawTarGz([]), /: the archive is empty$/],
  [
    "an archive of nothing but its root",
    () => rawTarGz([{ name: "./", type: "5" }]),
    /: the archive is empty$/,
  ],
  ["gzip of no tar", () => gzipSync("services: {}\n".repeat(100)), /no tar archive/],
  ["gzip of less than a block", () => gzipSync("hello"), /is cut off/],
  ["no gzip and no tar", () => Buffer.from("hello ".repeat(200)), /no tar archive/],
  ["zip", () => Buffer.from("504b0304aaaa", "hex"), /is a zip file \(pack it as \.tar\.gz\)/],
  ["zstd", () => Buffer.from("28b52ffdaaaa", "hex"), /is compressed with zstd/],
  ["bzip2", () => Buffer.from("BZh91AY&"), /is compressed with bzip2/],
  ["xz", () => Buffer.from("fd377a585a00", "hex"), /is compressed with xz/],
  ["a truncated gzip stream", () => rawTarGz(soundEntries).subarray(0, -20), /gzip stream has no end/],
  ["a gzip header alone", () => rawTarGz(soundEntries).subarray(0, 8), /gzip stream has no end/],
  ["a truncated tar stream", () => gzipSync(rawTar(soundEntries).subarray(0, 1030)), /its end is missing/],
  [
    "a tar stream without its end",
    () => gzipSync(Buffer.concat(soundEntries.map(rawEntry))),
    /its end is missing/,
  ],
  ["a plain tar that is cut off", () => rawTar(soundEntries).subarray(0, 700), /its end is missing/],
  ["a corrupt gzip stream", () => damaged(rawTarGz(soundEntries), 40), /gzip stream is corrupt/],
  ["a wrong gzip checksum", () => damaged(rawTarGz(soundEntries), -6), /gzip stream is corrupt/],
])("refuses %s", async (_title, bytes, message) => {
  expect(await refused(workspace.write(bytes()))).toMatch(message);
});

function damaged(bytes: Buffer, at: number): Buffer {
  const index = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(index) ^ 0xff, index);
  return bytes;
}

test("an archive beyond the limits is refused with the entry or the figure", async () => {
  const archive = workspace.write(rawTarGz([...soundEntries, { name: "big", content: Buffer.alloc(1e6) }]));
  expect(await refused(archive, { limits: { entries: 3 } })).toMatch(
    /^big: the archive has more than 3 entries/,
  );
  expect(await refused(archive, { limits: { bytes: 500_000 } })).toMatch(/unpacks to more than 500000 bytes/);
  await expect(open(archive, { limits: { entries: 4, bytes: 2e6, ratio: 1 } })).resolves.toBeDefined();
});

test("a decompression bomb is stopped on the way", async () => {
  const bomb = gzipSync(
    Buffer.concat([rawEntry({ name: "zeros", size: 2 ** 32 }), Buffer.alloc(96 * 1024 ** 2)]),
  );
  expect(await refused(workspace.write(bomb))).toMatch(
    /more than 200 times its size, as a decompression bomb/,
  );
});

test("bytes of another hash are refused before anything of them is used", async () => {
  const bytes = rawTarGz(soundEntries);
  const archive = workspace.write(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const other = "0".repeat(64);
  expect(await refused(archive, { expectedSha256: other })).toContain(
    `has the sha256 ${sha256}, not ${other}`,
  );
  expect((await open(archive, { expectedSha256: sha256.toUpperCase() })).has("compose.yaml")).toBe(true);
  expect(await refused(workspace.path, { expectedSha256: sha256 })).toMatch(
    /is a folder, which has no sha256/,
  );
});

test("a location that is none is refused", async () => {
  expect(await refused(join(workspace.path, "none.tar.gz"))).toMatch(/none\.tar\.gz: there is no such file/);
  expect(await refused(join(workspace.write("x", "file.txt"), "below"))).toMatch(
    /is a file, not a directory/,
  );
  expect(await refused(workspace.write("x", "notes.md"))).toMatch(/neither an archive nor a compose file/);
  expect(await refused("ftp://host/a.tar.gz")).toMatch(/not read from ftp:\/\//);
  expect(await refused("ftp://user:password@host/a.tar.gz?X-Amz-Signature=abc")).not.toMatch(/password|abc/);
  expect(await refused("s3://bucket")).toMatch(/not a complete s3:\/\/ location/);
  expect(await refused("https://")).toMatch(/not a complete https:\/\/ location/);
  expect(await refused("file://host/path")).toMatch(/not a file:\/\/ location of this machine/);
});

test("a file that may not be read is refused", async () => {
  const archive = workspace.write(rawTarGz(soundEntries));
  chmodSync(archive, 0);
  // Root may read everything: the refusal is to be seen by anyone else.
  if (process.getuid?.() === 0) await expect(open(archive)).resolves.toBeDefined();
  else expect(await refused(archive)).toMatch(/may not be read/);
});

test("a source that breaks off is told with its address, not with a URL's credentials", async () => {
  const url = "https://host/p.tar.gz?X-Amz-Signature=abc";
  const store = {
    open: () =>
      Promise.resolve(
        (async function* () {
          yield await Promise.resolve(rawTarGz(soundEntries).subarray(0, 30));
          throw new Error("socket hang up");
        })() as unknown as NodeJS.ReadableStream,
      ),
  };
  expect(await refused(url, { store })).toBe("https://host/p.tar.gz: could not be read: socket hang up");
});

test("an aborted signal ends the reading", async () => {
  const controller = new AbortController();
  const store = new MemoryStore({ "s3://b/k": rawTarGz(soundEntries) });
  controller.abort();
  const error: unknown = await open("s3://b/k", { store, signal: controller.signal }).catch(
    (e: unknown) => e,
  );
  expect(exitCodeOf(error)).toBe(130);
});

test("a folder's devices, pipes and links that leave it are refused only where a context has them", async () => {
  const root = workspace.plant({
    "compose.yaml": "",
    "web/Dockerfile": "FROM scratch",
    "web/python": { link: "/usr/bin/python3" },
    ".env": { link: "../outside.env" },
  });
  execFileSync("mkfifo", [join(root, "web/pipe")]);
  const archive = await open(root);
  const build = { context: "web", dockerfile: "web/Dockerfile", args: {}, platform: "linux/amd64" } as const;
  expect(() => archive.read(".env")).toThrow(/^\.env: the link leaves the project's root/);
  expect(() => archive.contextDigest(build)).toThrow(/^web\/pipe: is a device or a named pipe/);
  workspace.write("pipe\n", `${root.split("/").at(-1) ?? ""}/web/.dockerignore`);
  expect(() => archive.contextDigest(build)).toThrow(/^web\/pipe/);
  const again = await open(root);
  expect(() => again.contextDigest(build)).toThrow(/^web\/python: the link leaves the project's root/);
  workspace.write("pipe\npython\n", `${root.split("/").at(-1) ?? ""}/web/.dockerignore`);
  expect((await open(root)).contextFiles(build)).toEqual([".dockerignore", "Dockerfile"]);
});

test("a socket in a folder is no part of a context", async () => {
  const root = workspace.plant({ Dockerfile: "FROM scratch" }, "s");
  const server = createServer();
  await new Promise<void>((done) => server.listen(join(root, "agent.sock"), done));
  try {
    expect((await open(root)).contextFiles({ context: ".", dockerfile: "Dockerfile", args: {} })).toEqual([
      "Dockerfile",
    ]);
  } finally {
    await new Promise((done) => server.close(done));
  }
});
