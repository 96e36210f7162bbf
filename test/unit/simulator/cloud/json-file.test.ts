import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonFile } from "../../../../src/simulator/cloud/json-file";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-json-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test("what was written is read, for its owner alone, and nothing stays beside it", async () => {
  const path = join(directory, "deep", "file.json");
  const file = new JsonFile<{ a: number }>(path);
  expect(file.read()).toBeUndefined();
  await file.write({ a: 1 });
  expect(new JsonFile(path).read()).toEqual({ a: 1 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, "deep"))).toEqual(["file.json"]);
  await file.remove();
  expect(file.read()).toBeUndefined();
});

test("each write that has resolved is in place, the last of many stays", async () => {
  const file = new JsonFile<number>(join(directory, "n.json"));
  const seen = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      await file.write(n);
      return (file.read() ?? -1) >= n;
    }),
  );
  expect(seen.every(Boolean)).toBe(true);
  expect(file.read()).toBe(49);
});

test("a document whose things were written before is written as it is", async () => {
  const path = join(directory, "file.json");
  const file = new JsonFile<object>(path);
  const one = { name: "one\nline", list: [1, { deep: [] }], left: undefined };
  const documents = [
    {},
    { version: 1, gone: undefined, items: [one], none: [], outputs: { a: { b: [true] } } },
    { items: [{ ...one, name: "ö" }, one, "text\n", null, [one, {}]], 'a "name"': 1.5 },
    { items: [undefined, 2] },
    [one],
  ];
  for (const document of documents) {
    await file.write(document);
    expect(readFileSync(path, "utf8")).toBe(JSON.stringify(document, null, 1));
  }
});

test("a write that fails rejects, and the next one counts", async () => {
  writeFileSync(join(directory, "file"), "");
  const blocked = new JsonFile<number>(join(directory, "file", "n.json"));
  await expect(blocked.write(1)).rejects.toMatchObject({
    kind: "deployment",
    problems: [
      {
        path: join(directory, "file", "n.json"),
        message: expect.stringContaining("EEXIST: file already exists") as string,
      },
    ],
  });
  rmSync(join(directory, "file"));
  await blocked.write(2);
  expect(blocked.read()).toBe(2);
});
