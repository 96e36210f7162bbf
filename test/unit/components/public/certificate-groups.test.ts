import {
  certificateGroups,
  tooLong,
  type CertificateGroup,
  type NeededName,
} from "../../../../src/components/public/certificate-groups";

const within = "shop.com";
const needed = (...names: readonly string[]): readonly NeededName[] =>
  names.map((name) => ({ name, within }));
const shown = (groups: readonly CertificateGroup<NeededName>[]): readonly (readonly string[])[] =>
  groups.map(({ names, first }) => [
    ...(first === undefined ? [] : [first]),
    ...names.map(({ name }) => name),
  ]);
const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `n${n}.shop.com`);
const long = (label: string): string => `${label.repeat(60)}.shop.com`;

test("names share a certificate up to ACM's limit, then the next", () => {
  const groups = shown(certificateGroups(needed(...numbered(23)), []));
  expect(groups.map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(groups.flat()).toEqual(numbered(23));
});

test("a name and its wildcard stay together, as one record proves them", () => {
  const names = [...numbered(9), "shop.com", "*.shop.com", "last.shop.com"];
  expect(shown(certificateGroups(needed(...names), []))).toEqual([
    [...numbered(9), "last.shop.com"],
    ["*.shop.com", "shop.com"],
  ]);
});

describe("names that have a certificate", () => {
  const deployed = [["b.shop.com"], ["*.shop.com", "shop.com"]];

  test("keep it, and new ones get others", () => {
    const names = ["a.shop.com", "shop.com", "b.shop.com", "c.shop.com", "*.shop.com"];
    expect(shown(certificateGroups(needed(...names), deployed))).toEqual([
      ["b.shop.com"],
      ["*.shop.com", "shop.com"],
      ["a.shop.com", "c.shop.com"],
    ]);
  });

  test("leave it when they go", () => {
    expect(shown(certificateGroups(needed("shop.com"), deployed))).toEqual([["shop.com"]]);
    expect(shown(certificateGroups(needed("b.shop.com"), []))).toEqual([["b.shop.com"]]);
  });

  test("have one of their own once their zone is no longer in the account", () => {
    const names = [{ name: "a.shop.com", within }, { name: "www.away.example" }];
    expect(shown(certificateGroups(names, [["a.shop.com", "www.away.example"]]))).toEqual([
      ["a.shop.com"],
      ["www.away.example"],
    ]);
  });
});

test("a name whose record somebody else sets has its own certificate", () => {
  const names = [
    ...needed("a.shop.com", "b.shop.com"),
    { name: "x.away.example" },
    { name: "y.away.example" },
  ];
  expect(shown(certificateGroups(names, []))).toEqual([
    ["a.shop.com", "b.shop.com"],
    ["x.away.example"],
    ["y.away.example"],
  ]);
});

describe("a name of more than 64 characters", () => {
  test("stands behind a short one", () => {
    expect(shown(certificateGroups(needed(long("a"), "shop.com"), []))).toEqual([["shop.com", long("a")]]);
  });

  test("without one the certificate begins with a domain above it, which the next run finds again", () => {
    const names = needed(long("a"), `${"b".repeat(58)}.${"c".repeat(20)}.shop.com`);
    const groups = shown(certificateGroups(names, []));
    expect(groups).toEqual([["shop.com", ...names.map(({ name }) => name)]]);
    expect(shown(certificateGroups(names, groups))).toEqual(groups);
  });

  test("leaves room for that domain", () => {
    const names = Array.from("abcdefghij", long);
    expect(shown(certificateGroups(needed(...names), [])).map(({ length }) => length)).toEqual([10, 2]);
  });

  test("is told where nothing above it can be proved", () => {
    const zone = { name: `${"a".repeat(30)}.${"b".repeat(60)}.com`, within: `${"b".repeat(60)}.com` };
    const elsewhere = { name: long("a") };
    const deep = { name: long("a"), within: long("a") };
    expect(tooLong([zone, elsewhere, deep, { name: "a.shop.com" }])).toEqual([elsewhere, deep]);
  });
});
