import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileNotKept } from "../../../src/archive";
import { MemoryStore, open, Workspace, type Planted } from "../../support/archives";
import { paxEntry, rawTar, rawTarGz, soundEntries, type RawEntry } from "../../support/tar";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const build = { context: "web", dockerfile: "web/Dockerfile", args: {}, platform: "linux/amd64" } as const;

const tree: Readonly<Record<string, Planted>> = {
  "compose.yaml": "services: {web: {build: ./web}}\n",
  ".env": { link: "config/default.env" },
  "config/default.env": "A=1\n",
  "settings/production": "B=2\n",
  "web/Dockerfile": "FROM scratch\n",
  "web/run.sh": { executable: "#!/bin/sh\n" },
  "web/latest": { link: "run.sh" },
  "web/empty": { directory: true },
  [`web/${"deep/".repeat(40)}${"ü".repeat(70)}.txt`]: "long\n",
  current: { link: "web" },
};

function gnuTar(root: string, ...options: readonly string[]): string {
  const archive = join(workspace.path, `${root.split("/").at(-1) ?? ""}-${options.join("")}.tar.gz`);
  execFileSync("tar", [...options, "-czf", archive, "-C", root, "."]);
  return archive;
}

test.each(["--format=gnu", "--format=pax", "--format=posix"])(
  "an archive by GNU tar in %s is the same as its folder",
  async (format) => {
    const root = workspace.plant(tree, `gnu${format}`);
    const [folder, archive] = [await open(root), await open(gnuTar(root, format))];
    for (const each of [folder, archive]) {
      expect(each.read("compose.yaml")).toBe("services: {web: {build: ./web}}\n");
      expect([each.read(".env"), each.read("./config/../.env"), each.read("config")]).toEqual([
        "A=1\n",
        "A=1\n",
        undefined,
      ]);
      expect([each.read("none"), each.read("../x"), each.read("/etc/passwd")]).toEqual(
        Array(3).fill(undefined),
      );
      expect(each.read("compose.yaml/x")).toBeUndefined();
      expect([each.has("web"), each.has("web/empty"), each.has("web/none"), each.has(".")]).toEqual([
        true,
        true,
        false,
        true,
      ]);
      expect(each.usedPaths()).toEqual([
        ".",
        "./config/../.env",
        ".env",
        "compose.yaml",
        "config",
        "web",
        "web/empty",
      ]);
    }
    expect(archive.contextFiles(build)).toEqual(folder.contextFiles(build));
    expect(archive.contextDigest(build)).toBe(folder.contextDigest(build));
    expect(archive.digest([build])).toBe(folder.digest([build]));
    expect([folder.directory, archive.directory]).toEqual([true, false]);
  },
);

test("a context may be reached by a link", async () => {
  const root = workspace.plant(tree);
  const linked = { ...build, context: "current", dockerfile: "current/Dockerfile" };
  for (const location of [root, gnuTar(root)]) {
    const archive = await open(location);
    expect(archive.contextFiles(linked)).toEqual(archive.contextFiles(build));
  }
});

test("a hard link is the file it names", async () => {
  const archive = await open(
    workspace.write(
      rawTarGz([
        ...soundEntries,
        { name: "settings.yaml", type: "1", linkName: "./compose.yaml" },
        { name: "web/l.yaml", type: "2", linkName: "../compose.yaml" },
        { name: "web/h.yaml", type: "1", linkName: "web/l.yaml" },
      ]),
    ),
  );
  expect(["settings.yaml", "web/l.yaml", "web/h.yaml"].map((path) => archive.read(path))).toEqual(
    Array(3).fill(soundEntries[0]?.content),
  );
});

test("a link that turns in a circle is content, and nothing to read", async () => {
  const entries: readonly RawEntry[] = [
    ...soundEntries,
    { name: ".env", type: "2", linkName: "b.env" },
    { name: "b.env", type: "2", linkName: ".env" },
  ];
  const archive = await open(workspace.write(rawTarGz(entries)));
  expect([archive.read(".env"), archive.has("b.env")]).toEqual([undefined, false]);
});

describe("texts that the pass did not keep", () => {
  const unusual: readonly RawEntry[] = [
    ...soundEntries,
    { name: "settings/production", content: "B=2\n" },
    { name: "settings/copy", content: "B=2\n" },
    { name: "node_modules/x/.env", content: "C=3\n" },
    { name: "large", content: "x".repeat(300_000) },
    { name: "empty" },
  ];

  test("are fetched in one more pass", async () => {
    const location = "s3://bucket/uploads/app.tar.gz";
    const store = new MemoryStore({ [location]: rawTarGz(unusual) });
    const archive = await open(location, { store });
    const wanted = ["settings/production", "settings/copy", "node_modules/x/.env", "large", "empty"];
    for (const path of wanted) {
      const error = caught(() => archive.read(path));
      expect(error).toBeInstanceOf(FileNotKept);
      expect(error).toHaveProperty("path", path);
    }
    await archive.readMore(wanted);
    expect(wanted.map((path) => archive.read(path)?.slice(0, 4))).toEqual([
      "B=2\n",
      "B=2\n",
      "C=3\n",
      "xxxx",
      "",
    ]);
    expect(archive.read("large")).toHaveLength(300_000);
    await archive.readMore(wanted);
    expect(store.opened).toEqual([location, location]);
  });

  test("are refused where they are missing, too large, or not what they were", async () => {
    const location = "https://host/app.tar.gz?X-Amz-Signature=abc";
    const archives = { [location]: rawTarGz(unusual) };
    const archive = await open(location, { store: new MemoryStore(archives), limits: { textBytes: 100 } });
    await expect(archive.readMore(["none"])).rejects.toThrow(/^none: there is no such file/);
    await expect(archive.readMore(["large"])).rejects.toThrow(/^large: has 300000 bytes/);
    archives[location] = rawTarGz(soundEntries);
    await expect(archive.readMore(["settings/copy"])).rejects.toThrow(
      "https://host/app.tar.gz: changed while",
    );
  });

  test("also where all that is kept would be too much", async () => {
    const archive = await open(workspace.write(rawTarGz(unusual)), { limits: { keptBytes: 40 } });
    expect(archive.read("compose.yaml")).toBeDefined();
    expect(caught(() => archive.contextDigest(build))).toBeUndefined();
    expect(caught(() => archive.read("web/Dockerfile"))).toBeInstanceOf(FileNotKept);
  });

  test("a folder has every text, up to a size", async () => {
    const folder = await open(workspace.plant({ ...tree, large: "x".repeat(200) }), {
      limits: { textBytes: 100 },
    });
    await folder.readMore(["settings/production"]);
    expect(folder.read("settings/production")).toBe("B=2\n");
    expect(() => folder.read("large")).toThrow(/large: has 200 bytes/);
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("locations", () => {
  const bytes = rawTarGz(soundEntries);
  const hash = createHash("sha256").update(bytes).digest("hex");

  test.each([
    ["s3://bucket/a/shop.tar.gz", "shop"],
    [`s3://bucket/uploads/${hash}.tar.gz`, ""],
    ["https://host/a/my%20shop.tgz?X-Amz-Signature=abc", "my shop"],
    ["https://host/", ""],
  ])("%s is fetched from the store", async (location, name) => {
    const archive = await open(location, { store: new MemoryStore({ [location]: bytes }) });
    expect([archive.directoryName, archive.location, archive.composeFile]).toEqual([
      name,
      location,
      undefined,
    ]);
    expect(archive.has("web/Dockerfile")).toBe(true);
  });

  test("paths are relative to the working directory; file:// is absolute", async () => {
    const path = workspace.write(bytes, "shop.tar.gz");
    for (const location of ["shop.tar.gz", "./shop.tar.gz", path, pathToFileURL(path).href]) {
      const archive = await open(location, { cwd: workspace.path });
      expect([archive.directoryName, archive.location]).toEqual(["shop", path]);
    }
  });

  test("what an archive is shows by its content, whatever its name", async () => {
    const plain = rawTar(soundEntries);
    for (const file of [
      ["p.tar", plain],
      ["p.bin", plain],
      ["p", bytes],
      ["p.tar.gz", plain],
    ] as const) {
      expect((await open(workspace.write(file[1], file[0]))).has("compose.yaml")).toBe(true);
    }
  });

  test("a compose file's folder is the project", async () => {
    const root = workspace.plant({ ...tree, "other.yml": "services: {}\n" }, "shop");
    const archive = await open("shop/other.yml", { cwd: workspace.path });
    expect([archive.directoryName, archive.composeFile, archive.location]).toEqual([
      "shop",
      "other.yml",
      root,
    ]);
    expect(archive.read("compose.yaml")).toBeDefined();
    expect((await open(".", { cwd: root })).directoryName).toBe("shop");
  });
});

test("an archive of one file in many pieces, and of many in one piece, has the hashes of its files", async () => {
  const contents = [0, 1, 511, 512, 513, 65_536, 300_000, 1_000_003].map((size) =>
    Buffer.alloc(size, `${size}`),
  );
  const entries = contents.map((content, index) => ({ name: `web/${index}`, content }));
  const root = workspace.plant({ "web/Dockerfile": "FROM scratch\n" }, "many");
  contents.forEach((content, index) => workspace.write(content, `many/web/${index}`));
  const location = "s3://b/k.tar.gz";
  const bytes = rawTarGz([...soundEntries, ...entries, paxEntry({ path: "last" }), { name: "x" }]);
  const archive = await open(location, { store: new MemoryStore({ [location]: bytes }) });
  expect(archive.contextDigest(build)).toBe((await open(root)).contextDigest(build));
});
