/** Tags of images out of an archive whose pass kept not every text that they are made with. */
import { dockerfileOf } from "../../../src/builds/written-dockerfile";
import { imageTags } from "../../../src/builds/image-tags";
import { withFiles } from "../../../src/app/load-project";
import { BerthError } from "../../../src/errors";
import type { Build, Project } from "../../../src/model/project";
import { containerOf, projectOf } from "../../support/projects";
import { open, Workspace } from "../../support/archives";
import { rawTarGz } from "../../support/tar";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const files: Readonly<Record<string, string>> = {
  "compose.yaml": "services: {}\n",
  "vendor/app/prod": "FROM scratch\nRUN --network=none x\n",
  "vendor/app/.dockerignore": "b\n",
  "vendor/app/a": "a",
  "vendor/app/b": "b",
};
const build: Build = { context: "vendor/app", dockerfile: "vendor/app/prod", args: {} };

function projectWith(over: Partial<Build> = {}): Project {
  return projectOf([containerOf({ name: "web", image: { kind: "build", build: { ...build, ...over } } })]);
}

test.each<[string, () => string]>([
  ["a folder", () => workspace.plant(files)],
  [
    "an archive",
    () => workspace.write(rawTarGz(Object.entries(files).map(([name, content]) => ({ name, content })))),
  ],
])("out of %s, every Dockerfile and ignore file is read, wherever it lies", async (_name, place) => {
  const archive = await open(place());
  const failed: unknown = await withFiles(archive, () => imageTags(archive, projectWith())).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(BerthError);
  expect((failed as BerthError).problems).toEqual([
    {
      path: "services.web.build",
      message: "vendor/app/prod:2: the builder gives every step the network: --network=none",
      hint: "remove the flag",
    },
  ]);
  const inline = projectWith({ dockerfile: { inline: "FROM scratch\n" } });
  const tags = await withFiles(archive, () => imageTags(archive, inline));
  expect(tags["web"]?.tag).toMatch(/^[0-9a-f]{64}$/);
});

test("what can't be packed of a mounted folder is a problem of the service's volumes", async () => {
  const archive = await open(workspace.plant({ ...files, "conf/out": { link: "/etc/passwd" } }));
  const mounts = [{ path: "conf", target: "/conf", key: "services.web.volumes[0]" }];
  const mounted = projectWith({ context: ".", dockerfile: { image: "nginx:1.29", mounts } });
  const failed: unknown = await withFiles(archive, () => imageTags(archive, mounted)).catch(
    (error: unknown) => error,
  );
  expect((failed as BerthError).problems).toMatchObject([
    { path: "services.web.volumes", message: expect.stringMatching(/^conf\/out: /) as string },
  ]);
});

test("digests of base images are part of the tag, and go into the Dockerfile; pull and no_cache are not", async () => {
  const archive = await open(workspace.plant({ ...files, "vendor/app/prod": "FROM node:22\n" }));
  const tagWith = (over: Partial<Build>) =>
    withFiles(archive, () => imageTags(archive, projectWith(over))["web"]?.tag);
  const plain = await tagWith({});
  expect(await tagWith({ pull: true, noCache: true, named: "x/y" })).toBe(plain);
  const [one, two] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
  const first = await tagWith({ bases: { "node:22": one } });
  expect(new Set([plain, first, await tagWith({ bases: { "node:22": two } })]).size).toBe(3);
  const { own } = dockerfileOf(archive, { ...build, bases: { "node:22": one } });
  expect(own?.text.trim()).toBe(`FROM node@${one}`);
});
