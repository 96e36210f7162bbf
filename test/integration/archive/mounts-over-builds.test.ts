/** What a service mounts over its built image: what the builder reads, what is packed for it, what the tag names. */
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { openArchive, packDirectory, type ContextBuild } from "../../../src/archive";
import { dockerfileOf } from "../../../src/builds/written-dockerfile";
import type { ProjectMount } from "../../../src/model/build";
import { open, Workspace, type Planted } from "../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const mount = (path: string, target: string, more: Partial<ProjectMount> = {}): ProjectMount => ({
  path,
  target,
  key: "services.a.volumes[0]",
  ...more,
});

const tree: Readonly<Record<string, Planted>> = {
  "vote/Dockerfile": "FROM python:3 AS dev\nUSER app\n\nFROM dev AS final\nCOPY . .\n",
  "vote/app.py": "print(1)\n",
  "vote/.dockerignore": "secret\n",
  "vote/secret": "x",
  "vote/node_modules/m.js": "local",
  "conf/site.conf": "x",
  "other.txt": "not mounted",
};

const build: ContextBuild = {
  context: "vote",
  dockerfile: "vote/Dockerfile",
  target: "dev",
  args: {},
  platform: "linux/amd64",
  mounts: [
    mount("vote", "/usr/local/app", { except: ["node_modules"] }),
    mount("conf/site.conf", "/etc/site.conf"),
    mount("", "/app.yaml", { text: "a: 1\n" }),
  ],
};

test("the copies stand at the end of the stage that is built, and belong to its user", async () => {
  const archive = await open(workspace.plant(tree));
  const { own } = dockerfileOf(archive, build);
  expect(own?.text.split("\n")).toEqual([
    "FROM python:3 AS dev",
    "USER app",
    "",
    'COPY --chown=app ["../../berth/texts/2","/app.yaml"]',
    'COPY --chown=app ["../../berth/mounts/1","/etc/site.conf"]',
    'COPY --chown=app ["../../berth/mounts/0/","/usr/local/app/"]',
    "FROM dev AS final",
    "COPY . .",
    "",
    "",
  ]);
  expect(own?.lines.slice(0, 8)).toEqual([1, 2, 3, 3, 3, 3, 4, 5]);
});

test("without a target they stand at the end", async () => {
  const { target: _, ...whole } = build;
  const { own } = dockerfileOf(await open(workspace.plant(tree)), whole);
  expect(own?.text).toMatch(/FROM dev AS final\nCOPY \. \.\n\nCOPY \[/);
});

async function namesIn(planted: Readonly<Record<string, Planted>>): Promise<readonly string[]> {
  const archive = await open(workspace.plant(planted));
  const bytes = gunzipSync(
    await buffer(archive.packContext(build, 0, dockerfileOf(archive, build).own?.text)),
  );
  const names: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const text = (from: number, length: number): string =>
      bytes.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    names.push(text(0, 100));
    at += 512 + Math.ceil(parseInt(text(124, 12), 8) / 512) * 512;
  }
  return names.sort();
}

test("the builder gets them beside the context, folders after the ignore file at their top", async () => {
  const names = await namesIn(tree);
  expect(names.filter((name) => name.startsWith("berth/"))).toEqual([
    "berth/Dockerfile",
    "berth/mounts/0/",
    "berth/mounts/0/.dockerignore",
    "berth/mounts/0/Dockerfile",
    "berth/mounts/0/app.py",
    "berth/mounts/1",
    "berth/texts/2",
  ]);
});

test("the tag names what is mounted, and an archive packed for the CD task has the same", async () => {
  const digestOf = async (changes: Readonly<Record<string, Planted>>, of = build): Promise<string> =>
    (await open(workspace.plant({ ...tree, ...changes }))).contextDigest(of);
  const digest = await digestOf({});
  expect(await digestOf({ "other.txt": "changed" })).toBe(digest);
  const { mounts: _, ...bare } = build;
  const others = await Promise.all([
    digestOf({ "conf/site.conf": "y" }),
    digestOf({}, bare),
    digestOf({}, { ...build, mounts: [mount("", "/app.yaml", { text: "a: 2\n" })] }),
  ]);
  expect(new Set([digest, ...others]).size).toBe(4);
  const path = workspace.write(
    await buffer(packDirectory(workspace.plant(tree), { files: [], builds: [build] })),
  );
  const archive = await openArchive(path, {
    store: { open: () => Promise.reject(new Error("none")) },
    cwd: "/",
  });
  await archive.readMore(["vote/.dockerignore"]);
  expect(archive.contextDigest(build)).toBe(digest);
});
