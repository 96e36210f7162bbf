import { isAsked, whatGoes } from "../../../../src/launcher/cd/questions";

const outputs = {
  services: { web: { kind: "container" }, db: { kind: "postgres" }, cache: { kind: "redis" } },
  fileSystem: "fs-1",
};

test.each([
  [
    outputs,
    [],
    /^its network, its addresses, web, db, cache go; a last snapshot of db, cache and the file system of its volumes stays$/,
  ],
  [outputs, ["db", "volumes"], /go; a last snapshot of cache stays$/],
  [{ services: { web: { kind: "container" } } }, [], /^its network, its addresses, web go; no data stays$/],
  [
    {
      edge: "cloudfront",
      services: { web: { kind: "container" }, api: { kind: "container" } },
      endpoints: { web: "https://d1.cloudfront.net", api: "https://d1.cloudfront.net/api" },
    },
    [],
    /its addresses \(d1\.cloudfront\.net, which CloudFront gives to nobody again and takes some minutes/,
  ],
  [{}, [], /^Everything of it goes; databases leave a last snapshot$/],
])("what goes of %j where %j may", (found, lost, words) => {
  expect(whatGoes(found, lost)).toMatch(words);
});

test.each<[boolean, readonly string[], boolean]>([
  [true, [], true],
  [false, [], false],
  [true, ["yes"], false],
  [true, ["simulate"], false],
  [true, ["other"], true],
])("somebody at the terminal: %s, with %j: is asked %s", (interactive, options, asked) => {
  const launcher = { terminal: { interactive } } as Parameters<typeof isAsked>[0];
  const given = { has: (name: string) => options.includes(name) } as Parameters<typeof isAsked>[1];
  expect(isAsked(launcher, given)).toBe(asked);
});
