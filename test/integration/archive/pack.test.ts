import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { packDirectory, type ContextBuild, type PackContents } from "../../../src/archive";
import { open, Workspace, type Planted } from "../../support/archives";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const build: ContextBuild = {
  context: "web",
  dockerfile: "web/Dockerfile",
  args: {},
  platform: "linux/arm64",
};

const project: Readonly<Record<string, Planted>> = {
  "compose.yaml": "services: {web: {build: ./web}}\n",
  ".env": { link: "config/default.env" },
  "config/default.env": "A=1\n",
  "config/other.env": "A=2\n",
  "notes.txt": "private",
  "web/Dockerfile": "FROM scratch\n",
  "web/.dockerignore": "node_modules\n",
  "web/node_modules/x.js": "x",
  "web/run.sh": { executable: "#!/bin/sh\n" },
  "web/empty": { directory: true },
  "web/link": { link: "run.sh" },
};

async function pack(root: string, contents?: PackContents): Promise<string> {
  return workspace.write(await buffer(packDirectory(root, contents)));
}

function listed(archive: string): readonly string[] {
  return execFileSync("tar", ["-tvzf", archive, "--numeric-owner", "--full-time", "--utc"], {
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .map((line) => line.replace(/ +/g, " "));
}

test("packs what is used and the contexts, without times, owners or other modes", async () => {
  const root = workspace.plant(project);
  const contents = { files: ["compose.yaml", ".env"], builds: [build] };
  expect(listed(await pack(root, contents))).toEqual([
    "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 .env -> config/default.env",
    "-rw-r--r-- 0/0 32 1970-01-01 00:00:00 compose.yaml",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 config/",
    "-rw-r--r-- 0/0 4 1970-01-01 00:00:00 config/default.env",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 web/",
    "-rw-r--r-- 0/0 13 1970-01-01 00:00:00 web/.dockerignore",
    "-rw-r--r-- 0/0 13 1970-01-01 00:00:00 web/Dockerfile",
    "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 web/empty/",
    "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 web/link -> run.sh",
    "-rwxr-xr-x 0/0 10 1970-01-01 00:00:00 web/run.sh",
  ]);
});

test("packs everything where nothing is chosen", async () => {
  const root = workspace.plant(project);
  const names = listed(await pack(root)).map((line) => line.split(" ")[5]);
  expect(names).toEqual(expect.arrayContaining(["notes.txt", "web/node_modules/x.js", "config/other.env"]));
  expect(names).toHaveLength(14);
});

test("a Dockerfile outside its context is packed with its ignore file, and with what links to it", async () => {
  const root = workspace.plant({
    "app/a.js": "a",
    "docker/Dockerfile": { link: "real/Dockerfile" },
    "docker/real/Dockerfile": "FROM scratch",
    "docker/Dockerfile.dockerignore": "b.js",
    "docker/other": "",
    current: { link: "app" },
  });
  const outside = { context: "current", dockerfile: "docker/Dockerfile", args: {} };
  const names = listed(await pack(root, { files: [], builds: [outside] })).map((line) => line.split(" ")[5]);
  expect(names).toEqual([
    "app/",
    "app/a.js",
    "current",
    "docker/",
    "docker/Dockerfile",
    "docker/Dockerfile.dockerignore",
    "docker/real/",
    "docker/real/Dockerfile",
  ]);
});

test("the same files give the same bytes, whatever their times and modes", async () => {
  const [one, two] = [
    workspace.plant(project),
    workspace.plant(Object.fromEntries(Object.entries(project).reverse())),
  ];
  utimesSync(join(two, "compose.yaml"), 1, 1);
  chmodSync(join(two, "web/Dockerfile"), 0o600);
  const bytes = await buffer(packDirectory(one));
  expect(bytes.equals(await buffer(packDirectory(two)))).toBe(true);
  expect(bytes.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
});

test.each<readonly [string, Readonly<Record<string, Planted>>, RegExp]>([
  ["a link out of the root", { "a/l": { link: "../../x" } }, /^a\/l: the link leaves/],
  ["an ignore file that is malformed", { "web/Dockerfile": "", "web/.dockerignore": "[" }, /dockerignore:1/],
])("fails on %s", async (_title, tree, message) => {
  const root = workspace.plant(tree);
  const contents = "web/Dockerfile" in tree ? { files: [], builds: [build] } : undefined;
  await expect(buffer(packDirectory(root, contents))).rejects.toThrow(message);
});

test("fails on a pipe and on a folder that is not there", async () => {
  const root = workspace.plant(project);
  execFileSync("mkfifo", [join(root, "pipe")]);
  await expect(buffer(packDirectory(root))).rejects.toThrow(/^pipe: is a device or a named pipe/);
  await expect(buffer(packDirectory(join(root, "none")))).rejects.toThrow(/none: there is no such file/);
});

test("a file that shrinks while it is packed fails the packing", async () => {
  const root = workspace.plant({ "compose.yaml": "" }, "shrinking");
  // Far more than all buffers on the way hold, so that its end is not read before its beginning is taken.
  const large = workspace.write(randomBytes(24 * 1024 ** 2), "shrinking/large.bin");
  const shrinkOnTheWay = async (): Promise<void> => {
    let taken = 0;
    for await (const chunk of packDirectory(root) as AsyncIterable<Buffer>) {
      taken += chunk.length;
      if (taken > 10_000) truncateSync(large, 1000);
    }
  };
  await expect(shrinkOnTheWay()).rejects.toThrow(/large\.bin: changed while it was packed/);
});

describe("over random trees", () => {
  const segment = fc.constantFrom(
    "a",
    "b",
    "a-b",
    "a.b",
    "é",
    "B",
    "x".repeat(120),
    "(a)",
    "node_modules",
    "a b",
  );
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
  const planted = fc.oneof(
    fc.string({ maxLength: 700 }),
    fc.string({ maxLength: 20 }).map((executable) => ({ executable })),
    fc.constant({ directory: true } as const),
    segment.map((link) => ({ link })),
  );
  const rule = fc.constantFrom(
    "a",
    "!a",
    "*",
    "!*/b",
    "**/a",
    "a/*",
    "!**/a.b",
    "node_modules",
    "(a)",
    "**/*b",
  );
  const trees = fc.record({
    files: fc.dictionary(path, planted, { maxKeys: 12 }),
    rules: fc.option(fc.array(rule, { maxLength: 4 }), { nil: undefined }),
  });

  /** Without entries below files or links, which no folder has. */
  function possible(files: Readonly<Record<string, Planted>>): Record<string, Planted> {
    const kept: Record<string, Planted> = {};
    for (const [name, value] of Object.entries(files)) {
      const clash = Object.entries(kept).some(
        ([other, there]) =>
          name === other ||
          other.startsWith(`${name}/`) ||
          (name.startsWith(`${other}/`) && !(typeof there === "object" && "directory" in there)),
      );
      if (!clash) kept[name] = value;
    }
    return kept;
  }

  test("what was packed reads as the folder does", async () => {
    await fc.assert(
      fc.asyncProperty(trees, async ({ files, rules }) => {
        const tree: Record<string, Planted> = {
          "compose.yaml": "services: {}\n",
          "web/Dockerfile": "FROM scratch\n",
        };
        for (const [name, value] of Object.entries(possible(files))) tree[`web/${name}`] = value;
        if (rules !== undefined) tree["web/.dockerignore"] = rules.join("\n");
        const root = workspace.plant(tree);
        const folder = await open(root);
        folder.read("compose.yaml");
        folder.has("compose.override.yaml");
        // A folder by name has its own rules, which say otherwise than those of the Dockerfile beside it.
        const named: ContextBuild = {
          ...build,
          dockerfile: { inline: "FROM w\n" },
          contexts: [{ name: "w", source: { kind: "folder", path: "web" } }],
        };
        const chosen = { files: folder.usedPaths(), builds: [build, named] };
        for (const packed of [await pack(root, chosen), await pack(root)]) {
          const archive = await open(packed);
          archive.read("compose.yaml");
          archive.has("compose.override.yaml");
          expect(archive.contextFiles(build)).toEqual(folder.contextFiles(build));
          expect(archive.contextDigest(build)).toBe(folder.contextDigest(build));
          expect(archive.contextDigest(named)).toBe(folder.contextDigest(named));
          expect(archive.folderContexts(named)).toEqual(folder.folderContexts(named));
          expect(archive.digest([build])).toBe(folder.digest([build]));
        }
      }),
      { numRuns: 60 },
    );
  });
});
