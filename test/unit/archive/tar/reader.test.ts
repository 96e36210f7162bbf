import fc from "fast-check";
import { TarReader, type TarEntry, type TarVisitor } from "../../../../src/archive/tar/reader";
import { paxEntry, rawTar, soundEntries, type RawEntry } from "../../../support/tar";

type Seen = Pick<TarEntry, "type" | "name" | "mode" | "linkName"> & { content: string };

function readAll(bytes: Buffer, cuts: readonly number[] = []): readonly Seen[] {
  const seen: Seen[] = [];
  const visitor: TarVisitor = {
    entry: ({ type, name, mode, linkName }) => seen.push({ type, name, mode, linkName, content: "" }),
    content: (piece) => {
      const last = seen.at(-1);
      if (last !== undefined) last.content += piece.toString("latin1");
    },
    endEntry: () => undefined,
  };
  const reader = new TarReader(visitor, "test.tar");
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, start] of bounds.entries())
    reader.write(bytes.subarray(start, bounds[index + 1] ?? start));
  reader.end();
  return seen;
}

const names = (entries: readonly RawEntry[]): readonly string[] =>
  readAll(rawTar(entries)).map(({ name }) => name);

test("the same entries come out wherever the stream is cut", () => {
  const long = `${"d".repeat(90)}/${"é".repeat(60)}.txt`;
  const bytes = rawTar([
    ...soundEntries,
    paxEntry({ path: long, mtime: "1.5" }),
    { name: "short", content: "x".repeat(1300) },
    { name: "empty" },
    { name: "full", content: "y".repeat(1024) },
  ]);
  const whole = readAll(bytes);
  expect(whole.map(({ name, content }) => [name, content.length])).toEqual([
    ["compose.yaml", 32],
    ["web/", 0],
    ["web/Dockerfile", 13],
    [long, 1300],
    ["empty", 0],
    ["full", 1024],
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      expect(readAll(bytes, cuts)).toEqual(whole);
    }),
  );
});

test.each<readonly [string, readonly RawEntry[], readonly string[]]>([
  ["a ustar prefix", [{ name: "b.txt", prefix: "a/long/way" }], ["a/long/way/b.txt"]],
  ["GNU's prefix area is no prefix", [{ name: "b.txt", magic: "ustar  \0", prefix: "12345" }], ["b.txt"]],
  ["no magic at all", [{ name: "old.txt", magic: "" }], ["old.txt"]],
  [
    "GNU's long name",
    [
      { name: "././@LongLink", type: "L", content: `${"n".repeat(300)}\0` },
      { name: "n".repeat(100), content: "x" },
    ],
    ["n".repeat(300)],
  ],
  ["a comment for all entries", [paxEntry({ comment: "abc" }, "g"), { name: "a" }], ["a"]],
])("%s", (_title, entries, expected) => {
  expect(names(entries)).toEqual(expected);
});

test("a checksum of signed bytes is one too: the oldest programs wrote it, and it differs where a name isn't ASCII", () => {
  const [signed, unsigned] = [true, false].map((signed) => rawTar([{ name: "é.txt", signed }]));
  expect(signed).not.toEqual(unsigned);
  for (const bytes of [signed, unsigned])
    expect(readAll(bytes ?? Buffer.alloc(0)).map(({ name }) => name)).toEqual(["é.txt"]);
});

test("a size in base 256 and a size in a pax record are read", () => {
  const base256: RawEntry = {
    name: "a",
    content: "abc",
    damage: (header) => {
      header.fill(0, 124, 136);
      header[124] = 0x80;
      header[135] = 3;
      header.write("        ", 148, "latin1");
      header.write(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, "0")}\0`,
        148,
        "latin1",
      );
    },
  };
  expect(readAll(rawTar([base256]))[0]?.content).toBe("abc");
  expect(readAll(rawTar([paxEntry({ size: "3" }), { name: "a", content: "abc", size: 0 }]))[0]?.content).toBe(
    "abc",
  );
});

test.each<readonly [string, readonly RawEntry[], RegExp]>([
  ["a wrong checksum", [{ name: "a", damage: (header) => (header[0] = 0x62) }], /checksum is wrong/],
  [
    "a malformed number",
    [{ name: "a", damage: (header) => header.write("12x", 148) }],
    /number is malformed/,
  ],
  [
    "a malformed extended header",
    [{ name: "x", type: "x", content: "99 path=a\n" }, { name: "a" }],
    /malformed/,
  ],
  [
    "an extended header without an equals sign",
    [{ name: "x", type: "x", content: "9 path_a\n" }],
    /malformed/,
  ],
  ["an extended header for nothing", [paxEntry({ path: "a" })], /ends after an extended header/],
  ["an endless extended header", [{ name: "x", type: "x", size: 2 ** 30 }], /too large/],
  ["a name for all entries", [paxEntry({ path: "a" }, "g"), { name: "b" }], /global header/],
  [
    "a name given twice",
    [{ name: "L", type: "L", content: "a" }, paxEntry({ path: "b" }), { name: "c" }],
    /two extended headers/,
  ],
  ["GNU's sparse file", [{ name: "a", type: "S" }], /a: has a sparse file/],
  ["pax's sparse file", [paxEntry({ "GNU.sparse.major": "1" }), { name: "a" }], /sparse file/],
  ["a directory with content", [{ name: "d/", type: "5", content: "x" }], /d\/: is a directory with content/],
  ["an unknown type", [{ name: "a", type: "V" }], /a: is an entry of tar's type "V"/],
])("%s is refused", (_title, entries, message) => {
  expect(() => names(entries)).toThrow(message);
});

test("what follows the end is refused, the filling of the last record is not", () => {
  const one = rawTar([{ name: "a" }]);
  expect(() => readAll(Buffer.concat([one, rawTar([{ name: "b" }])]))).toThrow(/more follows after/);
  expect(readAll(Buffer.concat([one, Buffer.alloc(8192)]))).toHaveLength(1);
});

test("an archive that is cut anywhere before its end is refused", () => {
  const bytes = rawTar([...soundEntries, { name: "a", content: "x".repeat(700) }]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1025), (length) => {
      expect(() => readAll(bytes.subarray(0, length))).toThrow(/cut off/);
    }),
  );
});
