import { chmodSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContextBuild } from "../../../src/archive";
import { open, Workspace, type Planted } from "../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const build: ContextBuild = {
  context: "web",
  dockerfile: "web/Dockerfile",
  args: { A: "1", B: "2" },
  platform: "linux/amd64",
};

const tree: Readonly<Record<string, Planted>> = {
  "web/Dockerfile": "FROM scratch\nCOPY . .\n",
  "web/src/a.js": "a",
  "web/src/run": { executable: "b" },
  "web/link": { link: "src/a.js" },
  "web/empty": { directory: true },
  "api/a.js": "elsewhere",
};

async function digest(
  change: Readonly<Record<string, Planted>> = {},
  other: Partial<ContextBuild> = {},
): Promise<string> {
  return (await open(workspace.plant({ ...tree, ...change }))).contextDigest({ ...build, ...other });
}

test("a digest is known by its value: another is another tag for every image there is", async () => {
  expect(await digest()).toBe("00b69d25eab724a56612651e97129b07f50b01a5afa4d31274bdb2a13e6356b4");
});

test.each<readonly [string, Readonly<Record<string, Planted>>, Partial<ContextBuild>]>([
  ["a file's content", { "web/src/a.js": "b" }, {}],
  ["a file's mode", { "web/src/a.js": { executable: "a" } }, {}],
  ["a link's target", { "web/link": { link: "src/run" } }, {}],
  ["a link in place of a file", { "web/src/a.js": { link: "run" } }, {}],
  ["a file in place of a link", { "web/link": "a" }, {}],
  ["one more file", { "web/src/c.js": "" }, {}],
  ["one more empty directory", { "web/src/d": { directory: true } }, {}],
  ["the Dockerfile", { "web/Dockerfile": "FROM scratch\n" }, {}],
  ["an ignore file that takes something out", { "web/.dockerignore": "src/a.js" }, {}],
  ["the target", {}, { target: "test" }],
  ["an empty target", {}, { target: "" }],
  ["an argument's value", {}, { args: { A: "1", B: "3" } }],
  ["an argument's name", {}, { args: { A: "1", C: "2" } }],
  ["one more argument", {}, { args: { A: "1", B: "2", C: "" } }],
  ["the platform", {}, { platform: "linux/arm64" }],
  [
    "another Dockerfile of the same text",
    { "web/Other": "FROM scratch\nCOPY . .\n" },
    { dockerfile: "web/Other" },
  ],
  ["another context", {}, { context: ".", dockerfile: "web/Dockerfile" }],
])("%s changes it", async (_title, change, other) => {
  expect(await digest(change, other)).not.toBe(await digest());
});

test.each<readonly [string, Readonly<Record<string, Planted>>, Partial<ContextBuild>]>([
  ["a file outside", { "api/a.js": "changed", "compose.yaml": "services: {}" }, {}],
  ["the order of the arguments", {}, { args: { B: "2", A: "1" } }],
  ["the way the paths are written", {}, { context: "./web/", dockerfile: "./web//Dockerfile" }],
])("%s does not", async (_title, change, other) => {
  expect(await digest(change, other)).toBe(await digest());
});

test("times, owners and other bits of a mode do not change it, nor where the context lies", async () => {
  const root = workspace.plant(tree);
  utimesSync(join(root, "web/src/a.js"), 1, 1);
  chmodSync(join(root, "web/src/a.js"), 0o600);
  chmodSync(join(root, "web/src/run"), 0o711);
  chmodSync(join(root, "web/src"), 0o700);
  expect((await open(root)).contextDigest(build)).toBe(await digest());
  const moved = Object.fromEntries(Object.entries(tree).map(([path, planted]) => [`apps/${path}`, planted]));
  const elsewhere = await open(workspace.plant(moved));
  expect(elsewhere.contextDigest({ ...build, context: "apps/web", dockerfile: "apps/web/Dockerfile" })).toBe(
    await digest(),
  );
});

test("what is ignored changes nothing, and is not even looked into", async () => {
  const ignoring = { "web/.dockerignore": "node_modules\n**/*.log\n" };
  const one = await digest(ignoring);
  expect(await digest({ ...ignoring, "web/node_modules/x.js": "x", "web/src/y.log": "y" })).toBe(one);
  const root = workspace.plant({ ...tree, ...ignoring, "web/node_modules/absolute": { link: "/etc" } });
  expect((await open(root)).contextDigest(build)).toBe(one);
});

test("two fields never run into one another", async () => {
  const ab = await digest({}, { args: { AB: "C" } });
  expect(await digest({}, { args: { A: "BC" } })).not.toBe(ab);
});

describe("a context's files", () => {
  const files = async (change: Readonly<Record<string, Planted>>, other: Partial<ContextBuild> = {}) =>
    (await open(workspace.plant({ ...tree, ...change }))).contextFiles({ ...build, ...other });

  test("without an ignore file are all, sorted", async () => {
    expect(await files({ "web/src-b": "" })).toEqual(["Dockerfile", "link", "src-b", "src/a.js", "src/run"]);
  });

  test("the Dockerfile and the ignore file stay, whatever the rules say", async () => {
    expect(await files({ "web/.dockerignore": "*" })).toEqual([".dockerignore", "Dockerfile"]);
    expect(
      await files(
        { "web/.dockerignore": "*", "web/docker/D": "FROM scratch" },
        { dockerfile: "web/docker/D" },
      ),
    ).toEqual([".dockerignore", "docker/D"]);
  });

  test("<Dockerfile>.dockerignore wins over .dockerignore", async () => {
    const both = { "web/.dockerignore": "src", "web/Dockerfile.dockerignore": "link\n.dockerignore\n" };
    expect(await files(both)).toEqual(["Dockerfile", "Dockerfile.dockerignore", "src/a.js", "src/run"]);
  });

  test("a Dockerfile outside the context brings its own rules from beside it", async () => {
    const change = { "docker/web.Dockerfile": "FROM scratch", "docker/web.Dockerfile.dockerignore": "src" };
    expect(await files(change, { dockerfile: "docker/web.Dockerfile" })).toEqual(["Dockerfile", "link"]);
  });

  test("an exception brings back what lies in a directory that is out", async () => {
    expect(await files({ "web/.dockerignore": "*\n!**/*.js" })).toEqual([
      ".dockerignore",
      "Dockerfile",
      "src/a.js",
    ]);
  });

  test.each<readonly [Partial<ContextBuild>, RegExp]>([
    [{ context: "none" }, /^none: there is no such directory to build from/],
    [{ context: "../web" }, /^\.\.\/web: there is no such directory/],
    [{ context: "web/Dockerfile" }, /^web\/Dockerfile: is a file where a build context must be a directory/],
    [{ dockerfile: "web/none" }, /^web\/none: there is no such Dockerfile/],
    [{ dockerfile: "web/src" }, /^web\/src: is no file/],
  ])("%j is refused", async (other, message) => {
    await expect(files({}, other)).rejects.toThrow(message);
  });

  test("a malformed rule is refused with its file and line", async () => {
    await expect(files({ "web/.dockerignore": "a\n[" })).rejects.toThrow(
      /^web\/\.dockerignore:2: the pattern/,
    );
  });
});

describe("the digest of what a deployment uses", () => {
  const project = { ...tree, "compose.yaml": "services: {}\n", ".env": "A=1\n", "notes.txt": "x" };
  const used = async (root: string): Promise<string> => {
    const archive = await open(root);
    archive.read("compose.yaml");
    archive.has("compose.override.yaml");
    archive.read(".env");
    return archive.digest([build]);
  };
  const after = async (path: string): Promise<string> => {
    const root = workspace.plant(project);
    writeFileSync(join(root, path), "changed\n");
    return used(root);
  };

  test.each(["compose.yaml", ".env", "compose.override.yaml", "web/src/a.js", "web/new"])(
    "changes with %s",
    async (path) => {
      expect(await after(path)).not.toBe(await used(workspace.plant(project)));
    },
  );

  test.each(["notes.txt", "api/a.js", "new.txt"])("does not change with %s", async (path) => {
    expect(await after(path)).toBe(await used(workspace.plant(project)));
  });
});
