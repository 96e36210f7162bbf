/** The files of an image: layers over layers, whiteouts, links, and how layers are packed. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { extract } from "../../../src/sites/extract";
import type { ImageLayers } from "../../../src/ports";
import { filesOf, imageOf } from "../../support/site-store";
import type { RawEntry } from "../../support/tar";

const folder = mkdtempSync(join(tmpdir(), "berth-extract-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function filesIn(
  { layers }: ImageLayers,
  dir = "/site",
): Promise<Readonly<Record<string, string>> | undefined> {
  const judged = { missing: false };
  const files = await extract({
    ...{ layers, dir, where: "image", folder, signal: new AbortController().signal },
    judge: (found) => {
      judged.missing = found === undefined;
    },
    isWanted: () => true,
  });
  if (judged.missing) return undefined;
  return Object.fromEntries(files.map(({ path, file }) => [path, readFileSync(file, "utf8")]));
}

const link = (name: string, linkName: string, type = "2"): RawEntry => ({ name, linkName, type });

test("a higher layer's file takes the place of a lower one's, and a whiteout hides it", async () => {
  const image = imageOf([
    filesOf({ "site/index.html": "old", "site/gone.css": "x", "site/kept.css": "k", "other/a": "a" }),
    [{ name: "site/.wh.gone.css" }, ...filesOf({ "./site/index.html": "new" })],
  ]);
  expect(await filesIn(image)).toEqual({ "index.html": "new", "kept.css": "k" });
});

test("an opaque whiteout hides what is below its folder, and nothing of its own layer, before or after it", async () => {
  const image = imageOf([
    filesOf({ "site/a/low": "1", "site/b": "2" }),
    [
      ...filesOf({ "site/a/early": "3" }),
      { name: "site/a/.wh..wh..opq" },
      ...filesOf({ "site/a/late": "4" }),
    ],
  ]);
  expect(await filesIn(image)).toEqual({ "a/early": "3", "a/late": "4", b: "2" });
});

test("a whiteout of a folder, a folder in a file's place, and a file in a folder's", async () => {
  const image = imageOf([
    filesOf({ "site/a/x": "1", "site/b": "2", "site/c/y": "3" }),
    [{ name: "site/.wh.a" }, ...filesOf({ "site/b/inside": "4", "site/c": "5" })],
  ]);
  expect(await filesIn(image)).toEqual({ "b/inside": "4", c: "5" });
});

test("links of both kinds are what they lead to, inside the image alone", async () => {
  const image = imageOf([
    filesOf({ "data/real.js": "js", "lib/f": "f" }),
    [
      { name: "site/", type: "5" },
      link("site/abs.js", "/data/real.js"),
      link("site/rel.js", "../data/real.js"),
      link("site/hard.js", "data/real.js", "1"),
      link("site/folder", "/lib"),
      link("site/round", "."),
      link("site/out", "../../../../../etc/passwd"),
      link("site/self", "self"),
    ],
    filesOf({ "data/real.js": "newer" }),
  ]);
  expect(await filesIn(image)).toEqual({
    "abs.js": "newer",
    "rel.js": "newer",
    "hard.js": "js",
    "folder/f": "f",
  });
});

test("the folder itself may be reached by a link, also one that a later layer writes through", async () => {
  const image = imageOf([
    [...filesOf({ "srv/www/index.html": "1" }), link("site", "srv/www")],
    filesOf({ "site/b": "2" }),
  ]);
  expect(await filesIn(image)).toEqual({ b: "2", "index.html": "1" });
});

test("devices, pipes and absolute names are no trouble in a layer", async () => {
  const image = imageOf([
    [
      { name: "/dev/null", type: "3" },
      { name: "run/pipe", type: "6" },
      { name: "/site/a", content: "a" },
    ],
  ]);
  expect(await filesIn(image)).toEqual({ a: "a" });
});

test.each([
  ["gzip", gzipSync],
  ["Zstandard", zstdCompressSync],
  ["nothing", (tar: Buffer) => tar],
] as const)("layers packed with %s", async (_name, pack) => {
  const big = "0123456789".repeat(50_000);
  expect(await filesIn(imageOf([filesOf({ "site/big": big, "site/empty": "" })], { pack }))).toEqual({
    big,
    empty: "",
  });
});

test("no such folder, a file in its place, and another layer than the registry promised", async () => {
  const image = imageOf([filesOf({ "site/a": "a" })]);
  expect(await filesIn(image, "/dist")).toBeUndefined();
  expect(await filesIn(image, "/site/a")).toBeUndefined();
  const other = { ...image, layers: image.layers.map((layer) => ({ ...layer, digest: "sha256:00" })) };
  await expect(filesIn(other)).rejects.toThrow(/something else than the layer sha256:00/);
  const cut = { digest: "", open: () => Promise.resolve(Readable.from([gzipSync("abc").subarray(0, 12)])) };
  await expect(filesIn({ ...image, layers: [cut] })).rejects.toThrow();
});
