/** Images with files of the project in them: what is packed for the builder, and what their tags name. */
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { openArchive, packDirectory, type ContextBuild, type ProjectArchive } from "../../../src/archive";
import type { ProjectMount } from "../../../src/model/build";
import { open, Workspace, type Planted } from "../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const mount = (path: string, target: string): ProjectMount => ({
  path,
  target,
  key: "services.a.volumes[0]",
});

function mounted(image: string, ...mounts: readonly ProjectMount[]): ContextBuild {
  return { context: ".", dockerfile: { image, mounts }, args: {}, platform: "linux/amd64" };
}

const build = mounted(
  "nginx:1.29",
  mount("nginx/nginx.conf", "/etc/nginx/nginx.conf"),
  mount("site", "/usr/share/nginx/html"),
);

const tree: Readonly<Record<string, Planted>> = {
  "compose.yaml": "services: {}\n",
  "nginx/nginx.conf": "events {}\n",
  "nginx/other.conf": "not mounted",
  "site/index.html": "<h1>Hello</h1>",
  "site/.dockerignore": "drafts\n",
  "site/drafts/a.html": "not yet",
  ".dockerignore": "site\n",
  ".env": "SECRET=1\n",
};

async function digestOf(
  changes: Readonly<Record<string, Planted>>,
  of: ContextBuild = build,
): Promise<string> {
  return (await open(workspace.plant({ ...tree, ...changes }))).contextDigest(of);
}

async function namesIn(archive: ProjectArchive, of: ContextBuild): Promise<readonly string[]> {
  const own = archive.dockerfile(of);
  const bytes = gunzipSync(await buffer(archive.packContext(of, 0, own)));
  const names: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const text = (from: number, length: number): string =>
      bytes.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    names.push(text(0, 100));
    at += 512 + Math.ceil(parseInt(text(124, 12), 8) / 512) * 512;
  }
  return names.sort();
}

test("a file stands at its target, a folder's content below it", async () => {
  const archive = await open(workspace.plant(tree));
  expect(archive.dockerfile(build)).toBe(
    [
      "FROM nginx:1.29",
      'COPY ["nginx/nginx.conf","/etc/nginx/nginx.conf"]',
      'COPY ["site/","/usr/share/nginx/html/"]',
      "",
    ].join("\n"),
  );
  expect(archive.dockerfile(mounted("node:24", mount(".", "/app")))).toBe(
    'FROM node:24\nCOPY ["./","/app/"]\n',
  );
});

test("what is mounted below another mount lies over it, whatever comes first in the file", async () => {
  const archive = await open(workspace.plant(tree));
  const nested = mounted("php:8", mount("nginx/nginx.conf", "/app/conf"), mount("site", "/app"));
  expect(archive.dockerfile(nested)).toBe(
    'FROM php:8\nCOPY ["site/","/app/"]\nCOPY ["nginx/nginx.conf","/app/conf"]\n',
  );
});

test("the builder gets what is mounted and nothing else, folders after the ignore file at their top", async () => {
  const archive = await open(workspace.plant(tree));
  const names = await namesIn(archive, build);
  expect(names).toEqual([
    "berth/Dockerfile",
    "project/nginx/",
    "project/nginx/nginx.conf",
    "project/site/",
    "project/site/.dockerignore",
    "project/site/index.html",
  ]);
});

test("the tag names what is mounted, where, and into which image", async () => {
  const digest = await digestOf({});
  expect(
    await digestOf({ "nginx/other.conf": "changed", ".env": "SECRET=2\n", "site/drafts/a.html": "now" }),
  ).toBe(digest);
  const others = await Promise.all([
    digestOf({ "nginx/nginx.conf": "events { }\n" }),
    digestOf({ "site/new.html": "" }),
    digestOf({}, { ...build, dockerfile: { image: "nginx:1.30", mounts: mountsOf(build) } }),
    digestOf({}, mounted("nginx:1.29", mount("nginx/nginx.conf", "/etc/nginx.conf"), mount("site", "/html"))),
  ]);
  expect(new Set([digest, ...others]).size).toBe(5);
});

function mountsOf({ dockerfile }: ContextBuild): readonly ProjectMount[] {
  return typeof dockerfile !== "string" && "mounts" in dockerfile ? dockerfile.mounts : [];
}

test("an archive packed for the CD task has the same tag", async () => {
  const root = workspace.plant(tree);
  const packed = packDirectory(root, { files: ["compose.yaml"], builds: [build] });
  const path = workspace.write(await buffer(packed));
  const store = { open: () => Promise.reject(new Error("none")) };
  const archive = await openArchive(path, { store, cwd: "/" });
  await archive.readMore(["site/.dockerignore"]);
  expect(archive.contextDigest(build)).toBe((await open(root)).contextDigest(build));
});

test("what isn't there is told", async () => {
  const archive = await open(workspace.plant(tree));
  expect(() => archive.contextDigest(mounted("nginx", mount("nothing", "/x")))).toThrow(
    "nothing: there is no such file or folder in the project",
  );
});
