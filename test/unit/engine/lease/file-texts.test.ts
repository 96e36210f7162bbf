/** Texts in a directory, on a real disk: what is kept, who may read it, and what is said where the disk refuses. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileTexts } from "../../../../src/engine/lease/file-texts";
import { BerthError } from "../../../../src/errors";

let directory: string;
let texts: FileTexts;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-texts-"));
  texts = new FileTexts(join(directory, "state"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const path = (key: string): string => join(directory, "state", key);
const modeOf = (key: string): string => (statSync(path(key)).mode & 0o777).toString(8);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

async function expectRefusal(work: Promise<unknown>, key: string, words: RegExp): Promise<void> {
  const error = await caught(work);
  expect(error).toBeInstanceOf(BerthError);
  const { kind, problems } = error as BerthError;
  expect([kind, problems]).toEqual([
    "deployment",
    [expect.objectContaining({ path: path(key), message: expect.stringMatching(words) as string })],
  ]);
}

/** Every file that is there, whatever its name. */
const files = (): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

test("what is written is read, and replaced as a whole", async () => {
  await texts.write("records/shop/dev.json", "first");
  await texts.write("records/shop/dev.json", "2");
  expect(await texts.read("records/shop/dev.json")).toBe("2");
  expect(files()).toEqual(["dev.json"]);
});

test("nobody but its owner reads a text, or looks into a folder of it", async () => {
  await texts.write("a/b", "secret");
  await texts.create("a/c", "secret");
  expect(["a", "a/b", "a/c"].map(modeOf)).toEqual(["700", "600", "600"]);
});

test("what was never written has no text, no version, and is in no list", async () => {
  expect(await texts.read("a/b")).toBeUndefined();
  expect(await texts.version("a/b")).toBeUndefined();
  expect(await texts.list("a")).toEqual([]);
  expect(await texts.versions("a")).toEqual(new Map());
});

test("nothing lies below a file", async () => {
  await texts.write("a", "a file");
  expect(await texts.read("a/b")).toBeUndefined();
  expect(await texts.list("a")).toEqual([]);
});

test("a version is the text's: the same one again has the same", async () => {
  await texts.write("a/b", "one");
  await texts.write("a/c", "one");
  await texts.write("a/d/e", "two");
  expect(await texts.version("a/b")).toBe(sha256("one"));
  expect(await texts.versions("a")).toEqual(
    new Map([
      ["a/b", sha256("one")],
      ["a/c", sha256("one")],
      ["a/d/e", sha256("two")],
    ]),
  );
});

test("of a text that goes while versions are asked for there is none", async () => {
  await texts.write("a/b", "one");
  class Going extends FileTexts {
    override async list(folder: string): Promise<readonly string[]> {
      return [...(await super.list(folder)), "a/gone"];
    }
  }
  expect(await new Going(join(directory, "state")).versions("a")).toEqual(new Map([["a/b", sha256("one")]]));
});

test("only the first that creates a text does, and its text stays", async () => {
  expect(await texts.create("leases/1", "of the first")).toBe(true);
  expect(await texts.create("leases/1", "of the second")).toBe(false);
  expect(await texts.read("leases/1")).toBe("of the first");
  expect(files()).toEqual(["1"]);
});

test("a list is sorted, has what lies deeper, and neither folders nor what is still being written", async () => {
  for (const key of ["a/z", "a/b/deep", "a/c", "a/10", "other/x"]) await texts.write(key, key);
  mkdirSync(path("a/empty"));
  writeFileSync(path("a/c.0b5c.tmp"), "hal");
  writeFileSync(path("a/.tmp.kept"), "");
  expect(await texts.list("a")).toEqual(["a/.tmp.kept", "a/10", "a/b/deep", "a/c", "a/z"]);
});

test("what is removed is gone; once more is no error", async () => {
  await texts.write("a/b", "text");
  await texts.remove("a/b");
  await texts.remove("a/b");
  expect(files()).toEqual([]);
});

describe("where the disk refuses, the error names the file", () => {
  beforeEach(async () => {
    await texts.write("file", "in the way");
    mkdirSync(path("folder"));
  });

  test("a folder is no text: it is not read, nor written over, and nothing is left beside it", async () => {
    await expectRefusal(texts.read("folder"), "folder", /EISDIR/);
    await expectRefusal(texts.version("folder"), "folder", /EISDIR/);
    await expectRefusal(texts.write("folder", "text"), "folder", /EISDIR/);
    expect(files()).toEqual(["file"]);
  });

  test.each(["file/key", "file/deep/key"])("%s can't be made below a file", async (key) => {
    await expectRefusal(texts.write(key, "text"), key, /EEXIST|ENOTDIR/);
    await expectRefusal(texts.create(key, "text"), key, /EEXIST|ENOTDIR/);
    expect(readFileSync(path("file"), "utf8")).toBe("in the way");
  });

  test("what is below a file can't be removed", async () => {
    await expectRefusal(texts.remove("file/key"), "file/key", /ENOTDIR/);
  });

  test("a name that is too long can't be listed", async () => {
    const name = "n".repeat(300);
    await expectRefusal(texts.list(name), name, /ENAMETOOLONG/);
  });

  test("a disk that has no links creates nothing, and is no other run's lock", async () => {
    const refused = Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
    jest.spyOn(promises, "link").mockRejectedValueOnce(refused);
    await expectRefusal(texts.create("leases/1", "text"), "leases/1", /EPERM/);
    expect(files()).toEqual(["file"]);
  });
});
