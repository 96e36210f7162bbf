import fc from "fast-check";
import { commandLine } from "../../../src/compose/shell-words";
import {
  formatDuration,
  parseAnyBase,
  parseBoolean,
  parseBytes,
  parseDecimal,
  parseDuration,
  parseWhole,
  shortestFloat32,
} from "../../../src/compose/units";

test.each([
  ["0", "0"],
  ["1024", "1024"],
  ["-1", "-1"],
  ["512m", "536870912"],
  ["512M", "536870912"],
  ["64kb", "65536"],
  ["1.5gb", "1610612736"],
  ["2 GiB", "2147483648"],
  ["10b", "10"],
  [".5k", "512"],
  ["1t", "1099511627776"],
])("%s is %s bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(["", "m", "1x", "1mm", "1 2", "-1m", "1bb", "9223372036854775808", "1e3"])(
  "%j is no size",
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);

test.each([
  ["0", "0s"],
  ["30s", "30s"],
  ["90s", "1m30s"],
  ["1h", "1h0m0s"],
  ["1d", "24h0m0s"],
  ["2w", "336h0m0s"],
  ["1.5h", "1h30m0s"],
  ["500ms", "500ms"],
  ["1.5ms", "1.5ms"],
  ["10us", "10µs"],
  ["3ns", "3ns"],
  ["-1m", "-1m0s"],
  ["1h30m0.5s", "1h30m0.5s"],
])("the duration %s is printed as %s", (text, printed) => {
  const duration = parseDuration(text);
  expect(duration === undefined ? undefined : formatDuration(duration)).toBe(printed);
});

test.each(["", "10", "s", ".s", "1x", "1 s", "1s2", "99999999999w", "constructor", "1constructor"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test("property: a printed duration is read as the same duration", () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 62n), 2n ** 62n), (nanoseconds) => {
      expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds);
    }),
  );
});

test("property: a shortest number is the same 32-bit float", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      // Adding 0 makes one zero of the two: JSON has no other.
      expect(Math.fround(shortestFloat32(value)) + 0).toBe(Math.fround(value) + 0);
      expect(String(shortestFloat32(value)).length).toBeLessThanOrEqual(String(value).length);
    }),
  );
});

test("numbers and booleans as texts", () => {
  expect([parseWhole("-12"), parseWhole("1.5"), parseWhole(""), parseWhole("0x1")]).toEqual([
    -12,
    undefined,
    undefined,
    undefined,
  ]);
  expect([
    parseAnyBase("077"),
    parseAnyBase("0o77"),
    parseAnyBase("77"),
    parseAnyBase("0x1f"),
    parseAnyBase("8_0"),
  ]).toEqual([63, 63, 77, 31, undefined]);
  expect([parseDecimal("1.5"), parseDecimal("1e3"), parseDecimal("."), parseDecimal("inf")]).toEqual([
    1.5,
    1000,
    undefined,
    undefined,
  ]);
  expect(["yes", "ON", "True", "n", "Off", "maybe", ""].map(parseBoolean)).toEqual([
    true,
    true,
    true,
    false,
    false,
    undefined,
    undefined,
  ]);
});

test.each([
  ["echo 'a b' \"c d\" e\\ f", ["echo", "a b", "c d", "e f"]],
  ["a && b", ["a"]],
  ["a '' b", ["a", "", "b"]],
  ["sh -c $(ls -l)", ["sh", "-c", "$(ls -l)"]],
  ["  ", []],
  ["a\nb\tc", ["a", "b", "c"]],
  ['a "b\\"c"', ["a", 'b"c']],
])("the words of %s", (line, words) => {
  expect(commandLine(line)?.words).toEqual(words);
});

test.each(["a 'b", 'a "b', "a (b)", "a \\", "a `b"])("%s is no command line", (line) => {
  expect(commandLine(line)).toBeUndefined();
});

test("property: words in single quotes are kept as they are", () => {
  const plain = fc.array(fc.string().filter((word) => !word.includes("'")));
  fc.assert(
    fc.property(plain, (words) => {
      expect(commandLine(words.map((word) => `'${word}'`).join(" "))).toEqual({ words });
    }),
  );
});
