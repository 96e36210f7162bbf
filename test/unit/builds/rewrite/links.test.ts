/** Links as sources: what BuildKit copies of them (fsutil, copy/copy.go, with FollowSymlinks), line by line. */
import { contextLinks, type LinkTable } from "../../../../src/archive/context/links";
import { withLinks } from "../../../../src/builds/rewrite/links";
import { unchanged, type Written } from "../../../../src/builds/rewrite/written";
import { DiskDirectory } from "../../../../src/archive/tree/disk-tree";
import { Workspace } from "../../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const files = {
  "app/releases/v1/app.conf": "v1",
  "app/releases/v1/other.conf": "o",
  "app/app.conf": { link: "releases/v1/app.conf" },
  "app/current": { link: "releases/v1" },
  "app/chain": { link: "current" },
  "app/out": { link: "../shared/x" },
  "app/gone": { link: "nowhere" },
  "app/hidden": { link: "ignored/secret" },
  "app/ignored/secret": "s",
  "app/.dockerignore": "ignored\n",
  "app/conf/a.conf": "a",
  "app/conf/b.conf": { link: "../releases/v1/other.conf" },
  "app/odd": { link: "we*rd" },
  "app/we*rd/f": "f",
  "shared/x": "x",
} as const;

function tables(): { readonly context: LinkTable; readonly named: LinkTable } {
  const root = new DiskDirectory(workspace.plant(files), 1 << 20);
  const found = contextLinks(root, {
    context: "app",
    dockerfile: { inline: "FROM scratch" },
    args: {},
    contexts: [{ name: "conf", source: { kind: "folder", path: "app" } }],
  });
  return { context: found.context, named: found.folders.get("conf") ?? found.context };
}

function written(text: string, args: Readonly<Record<string, string>> = {}): Written {
  const { context, named } = tables();
  return withLinks(unchanged(text), {
    trees: [
      { prefix: "", table: context },
      { prefix: "../../berth/contexts/0", table: named },
    ],
    args,
    place: "project/app",
  });
}

const place = "../../berth/links/0";

test.each([
  ["a file, under the link's name", "COPY app.conf /etc/", `COPY ${place}/app.conf /etc/`],
  ["a file, with flags", "COPY --chown=1:2 app.conf /x", `COPY --chown=1:2 ${place}/app.conf /x`],
  ["a folder", "COPY current /srv", "COPY releases/v1 /srv"],
  ["a chain of links", "COPY ./chain/ /srv", "COPY releases/v1 /srv"],
  ["a link below a pattern", "COPY conf/*.conf /etc/", `COPY conf/a.conf ${place}/b.conf /etc/`],
  ["a source among others", "ADD conf app.conf /etc/", `ADD conf ${place}/app.conf /etc/`],
  ["a JSON list", 'COPY ["app.conf", "/a b/"]', `COPY ["${place}/app.conf","/a b/"]`],
  [
    "a folder that is taken by name",
    "COPY ../../berth/contexts/0/current /srv",
    "COPY ../../berth/contexts/0/releases/v1 /srv",
  ],
])("%s", (_name, line, expected) => {
  const result = written(`FROM scratch\n${line}\nCMD x`);
  expect(result.text).toBe(`FROM scratch\n${expected}\nCMD x`);
  expect(result.problems).toEqual([]);
  expect(result.copies.map((copy) => "path" in copy && copy.path)).toEqual(
    expected.includes(place) ? [expect.stringMatching(/^app\/releases\/v1\/(app|other)\.conf$/)] : [],
  );
});

test.each([
  ["an ARG", "ARG V=current\nCOPY ${V} /srv", "ARG V=current\nCOPY releases/v1 /srv"],
  ["an ENV", "ENV V current\nCOPY $V /srv", "ENV V current\nCOPY releases/v1 /srv"],
  ["a default", "COPY ${V:-current} /srv", "COPY releases/v1 /srv"],
])("a source in %s is known", (_name, lines, expected) => {
  expect(written(`FROM scratch\n${lines}`).text).toBe(`FROM scratch\n${expected}`);
});

test("an argument of the build wins over its default, and the lines stay the author's", () => {
  const result = written("ARG G\nFROM scratch\nARG G\nCOPY conf \\\n  $G \\\n  /srv/\nRUN x", {
    G: "app.conf",
  });
  expect(result.text.split("\n")).toEqual([
    "ARG G",
    "FROM scratch",
    "ARG G",
    `COPY conf ${place}/app.conf /srv/`,
    "",
    "",
    "RUN x",
  ]);
  expect(result.lines).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test.each([
  ["COPY out /x", /^the link out leads out of the build's context$/],
  ["COPY gone /x", /^the link gone leads to nothing in the context$/],
  ["COPY hidden /x", /^the link hidden leads to nothing in the context$/],
  ["COPY o* /x/", /^the link (odd|out)|sign that can't be written/],
  ["COPY odd /x", /sign that can't be written/],
])("%s is refused with its line", (line, message) => {
  expect(written(`FROM scratch\n\n${line}`).problems).toMatchObject([
    { line: 3, message: expect.stringMatching(message) as string },
  ]);
});

test.each([
  "COPY . /srv",
  "COPY conf /srv",
  "COPY --from=build app.conf /x",
  "COPY <<app.conf /x\nCOPY current /y\napp.conf",
  "ADD https://example.com/current /x",
  "COPY $UNKNOWN /x",
])("%j stays as it is", (line) => {
  const text = `FROM alpine AS build\n${line}`;
  expect(written(text)).toEqual(unchanged(text));
});
