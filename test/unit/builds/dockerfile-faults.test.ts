/** What BuildKit refuses (frontend/dockerfile/instructions/parse.go), told with its line before anything starts. */
import { dockerfileFaults } from "../../../src/builds/dockerfile-faults";

const table = { paths: new Set(["package.json", "src", "src/a.js", "www"]), links: new Map() };
const faults = (text: string, args: Readonly<Record<string, string>> = {}) =>
  dockerfileFaults(text, { build: { args, context: "." }, table, has: (path) => path === "secret.env" });

test.each<[string, number, RegExp, RegExp]>([
  ["FROM a\nRUNN x", 2, /^unknown instruction: RUNN$/, /^did you mean RUN\?$/],
  ["FROM a\nRUN x\n&& y", 3, /^unknown instruction: &&$/, /backslash/],
  ["RUN x\nFROM a", 1, /^RUN comes before the first FROM$/, /ARG/],
  ["FROM a b", 1, /^FROM has one name/, /AS/],
  ["FROM a\nCOPY x", 2, /^COPY has a source and a destination/, /COPY/],
  ["FROM a\nCOPY --chwon=1 . /x", 2, /^unknown flag of COPY: --chwon$/, /^did you mean --chown\?$/],
  ["FROM a\nWORKDIR", 2, /^WORKDIR has no argument$/, /./],
  ["FROM $BASE", 1, /^the base image is empty: FROM \$BASE$/, /ARG/],
  ["ARG V\nFROM node:$V", 2, /^node: \(of node:\$V\) is no name/, /lower case/],
  ["FROM Node:24", 1, /^Node:24 is no name of an image$/, /lower case/],
  ["FROM a\nCOPY --from=1 /x /y", 2, /^there is no stage 1 before this one$/, /count from 0/],
  [
    "FROM a AS build\nFROM b\nCOPY --from=biuld /x /y",
    3,
    /^there is no stage biuld/,
    /^did you mean build\?$/,
  ],
  [
    "FROM a\nCOPY package.jsn ./",
    2,
    /^there is no package\.jsn in the build's context$/,
    /^did you mean package\.json\?$/,
  ],
  ["FROM a\nCOPY secret.env ./", 2, /^there is no secret\.env/, /\.dockerignore leaves it out/],
  ["FROM a\nARG F=none\nCOPY \\\n  src $F ./", 3, /^there is no none \(of \$F\)/, /relative to the context/],
  ["# nothing", 1, /^there is no FROM in it$/, /FROM/],
  [Buffer.from("\uFEFFFROM a\n", "utf16le").toString("utf8"), 1, /^it is UTF-16/, /UTF-8/],
])("%j", (text, line, message, hint) => {
  expect(faults(text)).toMatchObject([
    { line, message: expect.stringMatching(message) as string, hint: expect.stringMatching(hint) as string },
  ]);
});

test.each([
  "# syntax=docker/dockerfile:1\nFROM --platform=$BUILDPLATFORM node:24-slim AS build\nCOPY package.json src ./",
  "ARG V=24\nFROM ghcr.io:443/team/app:$V@sha256:" +
    "0".repeat(64) +
    "\nCOPY . .\nCOPY ./src/ /x\nCOPY /www /y",
  "FROM a\nCOPY *.lock none* ./\nADD https://example.com/none /x\nCOPY $BASE_HAS_IT /z",
  "FROM a\nCOPY <<EOF /x\nCOPY none\nRUNN\nEOF\nHEALTHCHECK --interval=5s CMD x\nCMD []",
  "FROM a\nFROM b\nCOPY --from=nginx /x /y\nCOPY --from=0 --link /x /z",
  "FROM a\nARG RELEASE=https://example.com/app.tar.gz\nADD ${RELEASE} /tmp/\nADD $REPOSITORY /src",
  "FROM a AS one\nCOPY none /x\nFROM b",
  'from a\nexpose 80\ncopy ["src", "/a b/"]\nonbuild copy none /x',
])("%j has none", (text) => {
  expect(faults(text)).toEqual([]);
});

test("a build argument makes a base image's name", () => {
  expect(faults("ARG BASE\nFROM $BASE", { BASE: "alpine:3.22" })).toEqual([]);
});
