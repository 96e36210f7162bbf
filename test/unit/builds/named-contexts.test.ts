/** Dockerfiles with contexts by name, as the executor gets them. */
import { withNamedContexts, type WrittenDockerfile } from "../../../src/builds/named-contexts";
import type { Build, NamedContext } from "../../../src/model/project";

const folder = (name: string): NamedContext => ({ name, source: { kind: "folder", path: name } });
const contexts: readonly NamedContext[] = [
  { name: "alpine", source: { kind: "image", reference: "alpine:3.22" } },
  folder("assets"),
  { name: "base", source: { kind: "service", service: "runtime" } },
];
const build: Build = { context: "web", dockerfile: "web/Dockerfile", args: { VARIANT: "alpine" }, contexts };
const assets = ["a.txt", "b.txt", "dir", "dir/c.txt", "odd name.txt", "x.md"];

function written(text: string, over: Partial<Build> = {}): WrittenDockerfile {
  return withNamedContexts(
    text,
    { ...build, ...over },
    { folders: new Map([["assets", assets]]), images: { runtime: "registry/shop:d1" } },
  );
}

/** Where the folder lies, seen from the context. */
const packed = "../../berth/contexts/1";

test.each([
  // Images
  ["FROM alpine", "FROM alpine:3.22"],
  ["FROM alpine:latest AS run", "FROM alpine:3.22 AS run"],
  ["FROM docker.io/library/alpine", "FROM alpine:3.22"],
  ["FROM --platform=$BUILDPLATFORM alpine", "FROM --platform=$BUILDPLATFORM alpine:3.22"],
  ["FROM base AS run", "FROM registry/shop:d1 AS run"],
  ["FROM alpine:3.20", "FROM alpine:3.20"],
  ["FROM other/alpine", "FROM other/alpine"],
  ["FROM x\nCOPY --from=alpine --chown=1 /a /b", "FROM x\nCOPY --from=alpine:3.22 --chown=1 /a /b"],
  ["FROM x\nCOPY --from=base /a /b", "FROM x\nCOPY --from=registry/shop:d1 /a /b"],
  // A variable of a FROM
  ["ARG VARIANT=node\nFROM $VARIANT", "ARG VARIANT=node\nFROM alpine:3.22"],
  ["ARG B=alpine\nFROM ${B}:latest", "ARG B=alpine\nFROM alpine:3.22"],
  ['ARG B="alpine"\nFROM ${B}', 'ARG B="alpine"\nFROM alpine:3.22'],
  ["ARG B\nFROM ${B:-alpine}", "ARG B\nFROM alpine:3.22"],
  ["ARG B=node:20\nFROM $B", "ARG B=node:20\nFROM $B"],
  // Folders
  ["FROM x\nCOPY --from=assets a.txt /b", `FROM x\nCOPY ${packed}/a.txt /b`],
  ["FROM x\nCOPY --from=assets --chmod=644 / /b/", `FROM x\nCOPY --chmod=644 ${packed}/ /b/`],
  ["FROM x\nCOPY --from=assets . ./", `FROM x\nCOPY ${packed}/ ./`],
  ["FROM x\nCOPY --from=assets ../../dir /b", `FROM x\nCOPY ${packed}/dir /b`],
  ["FROM x\nCOPY --from=assets $DIR/a /b", `FROM x\nCOPY ${packed}/$DIR/a /b`],
  [
    "FROM x\nCOPY --from=assets [a-b].txt x.md /b/",
    `FROM x\nCOPY ${packed}/a.txt ${packed}/b.txt ${packed}/x.md /b/`,
  ],
  ["FROM x\nCOPY --from=assets o*.txt /b/", `FROM x\nCOPY ["${packed}/odd name.txt","/b/"]`],
  ['FROM x\nCOPY --from=assets ["odd name.txt", "/b"]', `FROM x\nCOPY ["${packed}/odd name.txt","/b"]`],
  ["FROM assets AS files", `FROM scratch AS files\nCOPY ${packed}/ /`],
  [
    "FROM x\nRUN --mount=from=assets,target=/m make",
    `FROM x\nRUN --mount=type=bind,source=${packed},target=/m make`,
  ],
  [
    "FROM x\nRUN --mount=type=cache,target=/c --mount=type=bind,from=assets,src=dir,target=/m,ro make  'a  b'",
    `FROM x\nRUN --mount=type=cache,target=/c --mount=type=bind,source=${packed}/dir,target=/m,ro make  'a  b'`,
  ],
  // Stages come first, whatever they are called by
  ["FROM x AS y\nFROM z\nCOPY --from=y /a /b", "FROM x AS y\nFROM z\nCOPY --from=y /a /b"],
  ["FROM x AS y\nFROM z\nCOPY --from=0 /a /b", "FROM x AS y\nFROM z\nCOPY --from=0 /a /b"],
  // ... and one of a context's name is that context
  ["FROM x AS assets\nFROM z\nCOPY --from=0 dir /b", `FROM x AS assets\nFROM z\nCOPY ${packed}/dir /b`],
  ["FROM x AS Base\nFROM base AS z", "FROM x AS Base\nFROM registry/shop:d1 AS z"],
  // What only looks like it
  ["FROM x\nRUN <<EOF\nCOPY --from=assets a /b\nEOF", "FROM x\nRUN <<EOF\nCOPY --from=assets a /b\nEOF"],
  [
    "# FROM alpine\nFROM x\nRUN echo --mount=from=assets",
    "# FROM alpine\nFROM x\nRUN echo --mount=from=assets",
  ],
])("%j becomes %j", (text, expected) => {
  expect(written(text)).toMatchObject({ text: expected, problems: [] });
});

test("lines stay what they were, and one that is put in stands for the FROM", () => {
  const { text, lines } = written("FROM assets\nCOPY \\\n  # which\n  --from=assets \\\n  a.txt /b\nRUN x\n");
  expect(text.split("\n")).toEqual([
    "FROM scratch",
    `COPY ${packed}/ /`,
    `COPY ${packed}/a.txt /b`,
    "",
    "",
    "",
    "RUN x",
    "",
  ]);
  expect(lines).toEqual([1, 1, 2, 3, 4, 5, 6, 7]);
});

test.each([
  ["FROM x\nCOPY --from=assets nothing* /b", 2, "nothing* is nothing in the context assets"],
  ["FROM x\nCOPY --from=assets $A/*.txt /b", 2, "a variable together with"],
  ["FROM x\nCOPY --from=assets 'a' /b", 2, "a quote in a name"],
  ["FROM x\nCOPY --from=assets <<EOF /b\nEOF", 2, "a here-document is no file of the context assets"],
  ["FROM x\n\nRUN --mount=type=bind,from=alpine,target=/m x", 3, "mounts nothing from an image"],
  ["FROM x\nRUN --mount=type=cache,from=assets,target=/m x", 2, "from a mount of type cache"],
  ["FROM x\nONBUILD COPY --from=assets a /b", 2, "an additional context in ONBUILD: assets"],
  ["FROM $(x)", 1, "whether $(x) is one of the additional contexts is not known before the build"],
  ["FROM y\nFROM x AS assets", 2, "the stage that is built, assets, is replaced"],
])("%j can't be built", (text, line, message) => {
  expect(written(text).problems).toEqual([
    expect.objectContaining({ line, message: expect.stringContaining(message) as unknown }),
  ]);
});

test("a target that a context replaces can't be built, one beside it can", () => {
  const text = "FROM y AS assets\nFROM x AS z\nRUN x";
  expect(written(text, { target: "assets" }).problems).toHaveLength(1);
  expect(written(text, { target: "z" }).problems).toEqual([]);
});
