import { createHash } from "node:crypto";
import fc from "fast-check";
import { EntryTable } from "../../../../src/archive/tree/entry-table";

test("finds every entry by parent and name, and none that was not added, however far it grows", () => {
  const table = new EntryTable();
  const directories = [0];
  const expected = new Map<string, number>();
  for (let index = 0; index < 5000; index++) {
    const parent = directories[index % directories.length] ?? 0;
    const name = index % 3 === 0 ? `ü${index}` : String(index).repeat(1 + (index % 50));
    const entry = table.add(parent, name, index % 100 === 0 ? "directory" : "file");
    if (index % 100 === 0) directories.push(entry);
    expected.set(`${parent}/${name}`, entry);
    table.setDigest(entry, createHash("sha256").update(name).digest("hex"));
  }
  const names = new Map<number, string[]>();
  for (const [key, entry] of expected) {
    const [parent = "", name = ""] = key.split("/");
    expect(table.find(Number(parent), name)).toBe(entry);
    expect(table.find(entry, name)).toBeUndefined();
    expect(table.digest(entry)).toBe(createHash("sha256").update(name).digest("hex"));
    names.set(Number(parent), [...(names.get(Number(parent)) ?? []), name]);
  }
  for (const directory of directories)
    expect(table.names(directory).sort()).toEqual(names.get(directory)?.sort() ?? []);
});

test("agrees with a map over random names", () => {
  const name = fc.oneof(
    fc.constantFrom("a", "b", "constructor", "__proto__", ""),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), name), { maxLength: 200 }), (pairs) => {
      const table = new EntryTable();
      const model = new Map<string, number>();
      for (const [parent, each] of pairs) {
        const key = JSON.stringify([parent, each]);
        expect(table.find(parent, each)).toBe(model.get(key));
        if (!model.has(key)) model.set(key, table.add(parent, each, "file"));
      }
    }),
  );
});

test("keeps kinds and sizes beyond 32 bits", () => {
  const table = new EntryTable();
  const entry = table.add(0, "a", "implied-directory");
  table.nameDirectory(entry);
  table.setSize(entry, 2 ** 40 + 1);
  expect([table.kind(0), table.kind(entry), table.size(entry)]).toEqual([
    "directory",
    "directory",
    2 ** 40 + 1,
  ]);
});

test("a name that no entry can have is not found", () => {
  expect(new EntryTable().find(0, "n".repeat(256))).toBeUndefined();
});
