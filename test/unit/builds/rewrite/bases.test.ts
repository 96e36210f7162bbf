/** Base images: which a build has, and each by its digest. */
import fc from "fast-check";
import { baseImages, withBases } from "../../../../src/builds/rewrite/bases";
import { unchanged } from "../../../../src/builds/rewrite/written";
import type { Build } from "../../../../src/model/project";

const digest = `sha256:${"0".repeat(64)}`;
const build = (over: Partial<Build> = {}): Build => ({
  context: ".",
  dockerfile: "Dockerfile",
  args: {},
  ...over,
});
const of = (text: string, over: Partial<Build> = {}) => baseImages(text, build(over));

test.each<[string, Partial<Build>, readonly string[], string | undefined]>([
  ["FROM node:22", {}, ["node:22"], "node:22"],
  ["FROM --platform=linux/amd64 node", {}, ["node"], "node"],
  ["FROM node AS a\nFROM node\nCOPY --from=a /x /x", {}, ["node"], "node"],
  ["FROM go AS a\nFROM alpine AS b\nCOPY --from=a /x /x\nFROM b", {}, ["go", "alpine"], "alpine"],
  ["FROM go AS unused\nFROM alpine", {}, ["alpine"], "alpine"],
  ["FROM go AS one\nFROM alpine AS two", { target: "one" }, ["go"], "go"],
  ["FROM go AS check\nFROM alpine AS two", { test: "check" }, ["go", "alpine"], "alpine"],
  ["ARG V=1\nFROM a:$V", { args: { V: "2" } }, ["a:2"], "a:2"],
  ["ARG V=1\nFROM a:${V}", {}, ["a:1"], "a:1"],
  ["ARG V\nFROM a:$V", {}, [], undefined],
  ["FROM scratch", {}, [], undefined],
  ["FROM a\nCOPY --from=ghcr.io/t/uv:1 /uv /uv", {}, ["a", "ghcr.io/t/uv:1"], "a"],
  ["FROM a AS s\nCOPY --from=other /x /x\nFROM b", {}, ["b"], "b"],
  [
    "FROM a AS s\nFROM b\nCOPY --from=0 /x /x\nCOPY --from=$V /y /y\nCOPY --from=S /z /z",
    {},
    ["a", "b"],
    "b",
  ],
  [`FROM a:1@${digest}`, {}, [], `a:1@${digest}`],
  ["FROM base", { contexts: [{ name: "base", source: { kind: "image", reference: "alpine" } }] }, [], "base"],
])("%j with %j", (text, over, references, own) => {
  expect(of(text, over)).toEqual({ references, ecr: [], ...(own === undefined ? {} : { own }) });
});

const written = (text: string, bases: Readonly<Record<string, string>>, over: Partial<Build> = {}) =>
  withBases(unchanged(text), build({ ...over, bases }));

test.each([
  ["FROM node:22 AS a\nRUN x", { "node:22": digest }, `FROM node@${digest} AS a\nRUN x`],
  ["ARG V=1\nFROM r.io:5000/a:$V", { "r.io:5000/a:1": digest }, `ARG V=1\nFROM r.io:5000/a@${digest}`],
  ["FROM a AS b\nFROM b", { a: digest, b: "sha256:x" }, `FROM a@${digest} AS b\nFROM b`],
  ["FROM a\nCOPY --from=a /x /y", { a: digest }, `FROM a@${digest}\nCOPY --from=a@${digest} /x /y`],
  [
    "FROM a\nCOPY --chown=1 --from=r.io/t/uv:1 uv r.io/t/uv:1",
    { "r.io/t/uv:1": digest },
    `FROM a\nCOPY --chown=1 --from=r.io/t/uv@${digest} uv r.io/t/uv:1`,
  ],
  ["FROM --platform=$BUILDPLATFORM a", { a: digest }, `FROM --platform=$BUILDPLATFORM a@${digest}`],
  ["FROM b\nCOPY --chown=a --from=a a a", { a: digest }, `FROM b\nCOPY --chown=a --from=a@${digest} a a`],
  ["FROM a", { other: digest }, "FROM a"],
])("%j by digest", (text, bases, expected) => {
  const { text: result, lines, problems } = written(text, bases);
  expect([result, problems]).toEqual([expected, []]);
  expect(lines).toEqual(text.split("\n").map((_, index) => index + 1));
});

test("each base that is known goes by its digest, whatever the stages, and the others stay", () => {
  const name = fc.constantFrom("node", "node:22", "r.io/team/app:1.0", "alpine:3.22");
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.uniqueArray(name), (bases, known) => {
      const text = bases
        .map(
          (base, index) =>
            `FROM ${base} AS s${index}\nRUN ${index > 0 ? `--mount=from=s${index - 1} ` : ""}x`,
        )
        .join("\n");
      const digests = Object.fromEntries(known.map((reference) => [reference, digest]));
      const found = written(text, digests)
        .text.split("\n")
        .filter((line) => line.startsWith("FROM"));
      expect(found).toEqual(
        bases.map((base, index) => {
          const by = known.includes(base) ? `${base.replace(/:[\d.]+$/, "")}@${digest}` : base;
          return `FROM ${by} AS s${index}`;
        }),
      );
    }),
  );
});

test("the images of ECR are found by name, by digest and as contexts, each once", () => {
  const ecr = (account: string): string => `${account}.dkr.ecr.eu-west-1.amazonaws.com/team/base`;
  const text = [
    "ARG FROM_ACCOUNT",
    `FROM ${ecr("111111111111")}:1 AS a`,
    `FROM ${ecr("222222222222")}@${digest} AS b`,
    "FROM $FROM_ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/team/base:2 AS c",
    "FROM named AS d",
    `FROM ${ecr("555555555555")}:1 AS unused`,
    "FROM node:22",
    `COPY --from=${ecr("111111111111")}:1 /x /x`,
    "COPY --from=a /y /y",
    "COPY --from=b /y /z",
    "COPY --from=c /y /u",
    "COPY --from=d /y /v",
  ].join("\n");
  const contexts = [
    { name: "named", source: { kind: "image", reference: `${ecr("444444444444")}:1` } },
  ] as const;
  expect(of(text, { args: { FROM_ACCOUNT: "333333333333" }, contexts }).ecr).toEqual([
    `${ecr("111111111111")}:1`,
    `${ecr("222222222222")}@${digest}`,
    `${ecr("333333333333")}:2`,
    `${ecr("444444444444")}:1`,
  ]);
  expect(of("FROM node:22\nCOPY --from=public.ecr.aws/a/b:1 /x /x").ecr).toEqual([]);
});
