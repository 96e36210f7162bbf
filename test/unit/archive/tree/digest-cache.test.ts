/** Digests that are taken from the cache are those that hashing would give, whatever is done to the files. */
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DigestCache, type FileStamp } from "../../../../src/archive/tree/digest-cache";
import { DiskDirectory } from "../../../../src/archive/tree/disk-tree";

let folder: string;
let cache: string;
let root: string;
/** What the file system says of a file that is made now, on the device of the cache. */
let now: FileStamp;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-digests-"));
  now = lstatSync(folder, { bigint: true });
  cache = join(folder, "cache");
  root = join(folder, "project");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A stamp of a file that has been left alone for a minute, on the device of the cache. */
function atRest(more: Partial<FileStamp> = {}): FileStamp {
  const { dev, ino, size, mtimeNs, ctimeNs } = now;
  const minute = 60_000_000_000n;
  return { dev, ino, size, mtimeNs: mtimeNs - minute, ctimeNs: ctimeNs - minute, ...more };
}

/** A run that hashes one file. @returns the digest, and whether the file was read for it */
function run(stamp: FileStamp, content: string, path = "/shop/web.js"): readonly [string, boolean] {
  const digests = new DigestCache(cache, root);
  let read = false;
  const digest = digests.digest(path, stamp, () => {
    read = true;
    return sha256(content);
  });
  digests.keep();
  return [digest, read];
}

test("a file of which everything is the same is not read again", () => {
  expect(run(atRest(), "one")).toEqual([sha256("one"), true]);
  expect(run(atRest(), "one")).toEqual([sha256("one"), false]);
  expect(run(atRest(), "one")).toEqual([sha256("one"), false]);
});

const seconds = (count: number): bigint => now.ctimeNs + BigInt(count) * 1_000_000_000n;

test.each<readonly [string, () => Partial<FileStamp>]>([
  ["an edit in place of equal size that sets its mtime back", () => ({ ctimeNs: seconds(-59) })],
  ["another mtime alone", () => ({ mtimeNs: 1n })],
  ["a file of equal size and times that was renamed over it", () => ({ ino: 1n })],
  ["another size", () => ({ size: 1n })],
])("%s: it is read", (_what, change) => {
  run(atRest(), "one");
  expect(run(atRest(), "one")[1]).toBe(false);
  expect(run(atRest(change()), "two")).toEqual([sha256("two"), true]);
});

test.each([
  ["in the tick in which the run began", 0],
  ["a second before", -1],
  ["by a clock that is an hour ahead", 3_600],
])("a file that was changed %s is read each time: another change may have the same ctime", (_what, when) => {
  const stamp = atRest({ ctimeNs: seconds(when) });
  run(stamp, "one");
  expect(run(stamp, "two")).toEqual([sha256("two"), true]);
});

test("a file of another device is read each time: nobody knows what the time is there", () => {
  const stamp = atRest({ dev: 1n });
  run(stamp, "one");
  expect(run(stamp, "two")).toEqual([sha256("two"), true]);
});

test("another folder has a cache of its own; what nobody asked for goes", () => {
  run(atRest(), "one");
  expect(run(atRest(), "one")[1]).toBe(false);
  run(atRest(), "other", "/shop/other.js");
  expect(run(atRest(), "one")[1]).toBe(true);
  root = join(folder, "elsewhere");
  expect(run(atRest(), "one")[1]).toBe(true);
});

test("a cache that is damaged, or can't be written, is none", () => {
  run(atRest(), "one");
  const [name = ""] = readdirSync(cache);
  for (const text of ["{", "null", '{"version":2}', '{"version":1,"files":null,"packed":{}}']) {
    writeFileSync(join(cache, name), text);
    expect(run(atRest(), "one")).toEqual([sha256("one"), true]);
  }
  cache = join(folder, "file");
  writeFileSync(cache, "");
  expect(run(atRest(), "one")).toEqual([sha256("one"), true]);
  expect(run(atRest(), "one")).toEqual([sha256("one"), true]);
});

test("real files: what is written over them at once is seen each time", () => {
  root = mkdtempSync(join(folder, "real-"));
  const path = join(root, "a.txt");
  const digest = (): string => {
    const digests = new DigestCache(cache, root);
    const node = new DiskDirectory(root, 1 << 20, digests).child("a.txt");
    const found = node?.kind === "file" ? node.digest() : "";
    digests.keep();
    return found;
  };
  const old = new Date("2026-01-02T03:04:05Z");
  for (let round = 0; round < 200; round += 1) {
    const text = `round ${String(round).padStart(3, "0")}`;
    if (round % 2 === 0) writeFileSync(path, text);
    else {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
    utimesSync(path, old, old);
    expect(digest()).toBe(sha256(text));
  }
  expect(readFileSync(path, "utf8")).toBe("round 199");
});

test("names of packed archives are kept, the newest twenty", () => {
  const digests = new DigestCache(cache, root);
  for (let each = 0; each < 25; each += 1) digests.learnPacked(`content ${each}`, sha256(String(each)));
  digests.keep();
  const later = new DigestCache(cache, root);
  expect(later.packedAs("content 24")).toBe(sha256("24"));
  expect(later.packedAs("content 4")).toBeUndefined();
});
