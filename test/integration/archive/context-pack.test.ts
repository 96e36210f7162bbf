/** Contexts as the executor gets them, and digests over trees that nobody thought of. */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import type { ContextBuild, FileCopy, ProjectArchive } from "../../../src/archive";
import { TarReader, type TarEntry } from "../../../src/archive/tar/reader";
import { MemoryStore, open, Workspace, type Planted } from "../../support/archives";
import { rawTarGz, type RawEntry } from "../../support/tar";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

const build: ContextBuild = {
  context: "web",
  dockerfile: "web/Dockerfile",
  args: { A: "1" },
  platform: "linux/amd64",
};
/** Of every entry: 2026. */
const time = 1_767_225_600_000;

interface Packed {
  readonly entries: readonly (TarEntry & { readonly content: string })[];
  readonly bytes: Buffer;
}

function pack(archive: ProjectArchive, of: ContextBuild = build): Promise<Packed> {
  return packWith(archive, of);
}

async function packWith(
  archive: ProjectArchive,
  of: ContextBuild,
  own?: string,
  copies?: readonly FileCopy[],
): Promise<Packed> {
  const bytes = await buffer(archive.packContext(of, time, own, copies));
  const entries: (TarEntry & { content: string })[] = [];
  const reader = new TarReader(
    {
      entry: (entry) => void entries.push({ ...entry, content: "" }),
      content: (piece) => {
        const last = entries.at(-1);
        if (last !== undefined) last.content += piece.toString("latin1");
      },
      endEntry: () => undefined,
    },
    "packed",
  );
  reader.write(gunzipSync(bytes));
  reader.end();
  return { entries, bytes };
}

/** What the executor finds once it has unpacked a context. */
const within = (of: ContextBuild): ContextBuild => ({
  ...of,
  context: `project/${of.context}`,
  dockerfile: typeof of.dockerfile === "string" ? `project/${of.dockerfile}` : of.dockerfile,
});

async function digestInside({ bytes }: Packed, of: ContextBuild = build): Promise<string> {
  return (await open(workspace.write(bytes))).contextDigest(within(of));
}

/** A project's files as entries of a tar, written by hand. */
function entriesOf(tree: Readonly<Record<string, Planted>>): readonly RawEntry[] {
  return Object.entries(tree).map(([name, planted]): RawEntry => {
    if (typeof planted === "string") return { name, content: planted, mode: 0o640 };
    if ("link" in planted) return { name, type: "2", linkName: planted.link };
    if ("directory" in planted) return { name: `${name}/`, type: "5", mode: 0o700 };
    if ("bytes" in planted) return { name, content: planted.bytes };
    return { name, content: planted.executable, mode: 0o700 };
  });
}

const openTar = (entries: readonly RawEntry[]): Promise<ProjectArchive> =>
  open(workspace.write(rawTarGz(entries)));

const tree: Readonly<Record<string, Planted>> = {
  "compose.yaml": "services: {web: {build: ./web}}\n",
  "web/Dockerfile": "FROM scratch\nCOPY . .\n",
  "web/.dockerignore": "node_modules\n",
  "web/node_modules/x.js": "x",
  "web/run": { executable: "#!/bin/sh\n" },
  "web/src/a.js": "a",
  "web/link": { link: "src/a.js" },
  "web/empty": { directory: true },
  "api/other.js": "of another build",
};

describe.each<[string, () => Promise<ProjectArchive>]>([
  ["a folder", () => open(workspace.plant(tree))],
  ["an archive", () => openTar(entriesOf(tree))],
])("a context out of %s", (_name, opened) => {
  test("is what was hashed, below a folder, with one time and no trace of the machine", async () => {
    const { entries } = await pack(await opened());
    const shown = entries.map(({ name, type, mode, linkName, content }) =>
      [type, mode.toString(8), name, linkName, content].join(" ").trim(),
    );
    expect([...shown].sort()).toEqual([
      "directory 755 project/web/",
      "directory 755 project/web/empty/",
      "directory 755 project/web/src/",
      "file 644 project/web/.dockerignore  node_modules",
      "file 644 project/web/Dockerfile  FROM scratch\nCOPY . .",
      "file 644 project/web/src/a.js  a",
      "file 755 project/web/run  #!/bin/sh",
      "symlink 777 project/web/link src/a.js",
    ]);
    const header = gunzipSync((await pack(await opened())).bytes).subarray(0, 512);
    expect(Number.parseInt(header.toString("latin1", 136, 147), 8)).toBe(time / 1_000);
  });

  test("has the digest that it was packed under", async () => {
    const archive = await opened();
    expect(await digestInside(await pack(archive))).toBe(archive.contextDigest(build));
  });
});

describe.each<[string, (planted: Readonly<Record<string, Planted>>) => Promise<ProjectArchive>]>([
  ["a folder", (planted) => open(workspace.plant(planted))],
  ["an archive", (planted) => openTar(entriesOf(planted))],
])("beside a context out of %s", (_name, opened) => {
  const files: Readonly<Record<string, Planted>> = {
    "web/.dockerignore": "Dockerfile\nassets\n",
    "web/Dockerfile": "of another build",
    "web/a": "a",
    "web/assets/.dockerignore": "*.map\n.dockerignore\n",
    "web/assets/x.js": "x",
    "web/assets/x.js.map": "x",
    "web/assets/run": { executable: "#!/bin/sh\n" },
    "web/assets/link": { link: "x.js" },
    "web/assets/none": { directory: true },
  };
  const namesOf = ({ entries }: Packed): readonly string[] => entries.map(({ name }) => name).sort();

  test("an inline Dockerfile lies, and none of the folder's is taken for it", async () => {
    const inline = { ...build, dockerfile: { inline: "FROM scratch\nCOPY . /\n" } };
    const packed = await packWith(await opened(files), inline, "FROM scratch\nCOPY . /\n");
    expect(namesOf(packed)).toEqual([
      "berth/Dockerfile",
      "project/web/",
      "project/web/.dockerignore",
      "project/web/a",
    ]);
    expect(packed.entries.find(({ name }) => name === "berth/Dockerfile")).toMatchObject({
      mode: 0o644,
      content: "FROM scratch\nCOPY . /\n",
    });
  });

  test("named folders lie as their own ignore file leaves them, whatever the context's own says", async () => {
    const named: ContextBuild = {
      ...build,
      contexts: [
        { name: "all", source: { kind: "folder", path: "." } },
        { name: "assets", source: { kind: "folder", path: "web/assets" } },
        { name: "base", source: { kind: "image", reference: "alpine" } },
      ],
    };
    const archive = await opened(files);
    const packed = await packWith(archive, named, "FROM base\n");
    const names = namesOf(packed);
    expect(names.filter((name) => !name.startsWith("berth/contexts/0/"))).toEqual([
      "berth/Dockerfile",
      "berth/contexts/1/",
      "berth/contexts/1/link",
      "berth/contexts/1/none/",
      "berth/contexts/1/run",
      "berth/contexts/1/x.js",
      "project/web/",
      "project/web/.dockerignore",
      "project/web/Dockerfile",
      "project/web/a",
    ]);
    expect(names).toContain("berth/contexts/0/web/assets/x.js.map");
    const run = packed.entries.find(({ name }) => name === "berth/contexts/1/run");
    expect(run?.type === "hardlink" ? run.linkName : run?.content).toMatch(
      /^(#!\/bin\/sh\n|berth\/contexts\/0\/web\/assets\/run)$/,
    );
    expect(archive.folderContexts(named).get("assets")).toEqual(["link", "none", "run", "x.js"]);
  });

  test("the Dockerfile's own ignore file lies by its copy", async () => {
    const own = { ...files, "web/Dockerfile.dockerignore": "a\n" };
    const named: ContextBuild = {
      ...build,
      contexts: [{ name: "base", source: { kind: "image", reference: "alpine" } }],
    };
    const { entries } = await packWith(await opened(own), named, "FROM alpine\n");
    const ignore = entries.find(({ name }) => name === "berth/Dockerfile.dockerignore");
    expect(ignore?.content).toBe("a\n");
    expect(entries.map(({ name }) => name)).not.toContain("project/web/a");
  });

  test("each part of it is part of the digest, and what an ignore file leaves out is not", async () => {
    const assets = { name: "assets", source: { kind: "folder", path: "web/assets" } } as const;
    const digest = async (
      over: Partial<ContextBuild>,
      planted: Readonly<Record<string, Planted>> = files,
    ): Promise<string> => (await opened(planted)).contextDigest({ ...build, ...over });
    const inline = (text: string): Partial<ContextBuild> => ({ dockerfile: { inline: text } });
    const taken: Partial<ContextBuild> = {
      contexts: [{ name: "base", source: { kind: "service", service: "api" } }],
    };
    const all = await Promise.all([
      digest({}),
      digest(inline("FROM a")),
      digest(inline("FROM b")),
      digest({ contexts: [assets] }),
      digest({ contexts: [{ ...assets, name: "other" }] }),
      digest({ contexts: [assets] }, { ...files, "web/assets/x.js": "y" }),
      digest({ contexts: [{ name: "assets", source: { kind: "image", reference: "a" } }] }),
      digest({ contexts: [{ name: "assets", source: { kind: "image", reference: "b" } }] }),
      digest({ ...taken, taken: { api: "d1" } }),
      digest({ ...taken, taken: { api: "d2" } }),
    ]);
    expect(new Set(all).size).toBe(all.length);
    expect(await digest({ contexts: [assets] }, { ...files, "web/assets/x.js.map": "y" })).toBe(
      await digest({ contexts: [assets] }),
    );
  });
});

test("a Dockerfile and an ignore file outside of the context come along", async () => {
  const outside = { ...build, dockerfile: "docker/web.Dockerfile" };
  const archive = await openTar(
    entriesOf({
      ...tree,
      "docker/web.Dockerfile": "FROM scratch\n",
      "docker/web.Dockerfile.dockerignore": "src\n",
      "docker/else": "no",
    }),
  );
  const packed = await pack(archive, outside);
  const files = packed.entries
    .filter(({ type }) => type === "file")
    .map(({ name }) => name.slice("project/".length));
  expect(files).toContain("docker/web.Dockerfile");
  expect(files).toContain("docker/web.Dockerfile.dockerignore");
  expect(files).not.toContain("docker/else");
  expect(files).not.toContain("web/src/a.js");
  expect(await digestInside(packed, outside)).toBe(archive.contextDigest(outside));
});

test("hard links stay files, also where the name they were packed under is not in the context", async () => {
  const archive = await openTar([
    ...entriesOf({ "web/Dockerfile": "FROM scratch\n", "shared/data": "shared", "web/own": "own" }),
    { name: "web/first", type: "1", linkName: "shared/data" },
    { name: "web/second", type: "1", linkName: "web/first" },
    { name: "web/third", type: "1", linkName: "web/own" },
  ]);
  const packed = await pack(archive);
  const shown = packed.entries.map(
    ({ type, name, linkName, content }) => `${type} ${name} ${linkName}${content}`,
  );
  expect(shown).toEqual([
    "directory project/web/ ",
    "file project/web/Dockerfile FROM scratch\n",
    "file project/web/first shared",
    "hardlink project/web/second project/web/first",
    "file project/web/own own",
    "hardlink project/web/third project/web/own",
  ]);
  expect(await digestInside(packed)).toBe(archive.contextDigest(build));
});

describe("what changed since it was hashed is refused:", () => {
  test("a file of a folder", async () => {
    const root = workspace.plant(tree);
    const archive = await open(root);
    archive.contextDigest(build);
    writeFileSync(join(root, "web/src/a.js"), "b");
    await expect(buffer(archive.packContext(build, time))).rejects.toThrow(
      /a\.js: changed while it was packed/,
    );
  });

  test.each<[string, readonly RawEntry[]]>([
    ["a file of an archive", entriesOf({ ...tree, "web/src/a.js": "b" })],
    ["a longer file", entriesOf({ ...tree, "web/src/a.js": "longer" })],
    ["a file that is gone", entriesOf(tree).filter(({ name }) => name !== "web/src/a.js")],
  ])("%s", async (_name, changed) => {
    const location = "s3://bucket/uploads/app.tar.gz";
    const archives: Record<string, Buffer> = { [location]: rawTarGz(entriesOf(tree)) };
    const archive = await open(location, { store: new MemoryStore(archives) });
    archives[location] = rawTarGz(changed);
    await expect(buffer(archive.packContext(build, time))).rejects.toThrow(/changed while it was packed/);
  });
});

test("an archive much larger than any buffer is packed as it streams by", async () => {
  const large = Buffer.alloc(3_000_000, "0123456789abcdef");
  const archive = await openTar([...entriesOf(tree), { name: "web/large", content: large }]);
  const packed = await pack(archive);
  expect(packed.entries.find(({ name }) => name === "project/web/large")?.content.length).toBe(large.length);
});

// ------------------------------------------------------------------------------------------------ properties

const segment = fc.constantFrom("a", "b", "c", "é", "lib", "x.js");
/** Paths that are no prefixes of each other: their first part tells them apart. */
const files = fc
  .uniqueArray(
    fc.record({
      folder: fc.array(segment, { maxLength: 2 }),
      content: fc.string({ maxLength: 20 }),
      executable: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8, selector: ({ folder }) => folder.join("/") },
  )
  .map((list) =>
    list.map(({ folder, ...rest }, index) => ({
      path: ["web", ...folder, `file-${index}`].join("/"),
      ...rest,
    })),
  );
type File = typeof files extends fc.Arbitrary<infer L> ? (L extends (infer F)[] ? F : never) : never;

const tarOf = (list: readonly File[], variant: { mode: number; dot: string }): readonly RawEntry[] => [
  { name: `${variant.dot}web/Dockerfile`, content: "FROM scratch\n" },
  ...list.map(({ path, content, executable }) => ({
    name: `${variant.dot}${path}`,
    content,
    mode: (executable ? 0o100 : 0) | variant.mode,
  })),
];

test("times, owners, orders, spellings and the other bits of modes change no digest", async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.infiniteStream(fc.nat()), async (list, order) => {
      const shuffled = list
        .map((file) => ({ file, at: Number(order.next().value) }))
        .sort((a, b) => a.at - b.at);
      const one = await openTar(tarOf(list, { mode: 0o600, dot: "" }));
      const other = await openTar(
        tarOf(
          shuffled.map(({ file }) => file),
          { mode: 0o644, dot: "./" },
        ),
      );
      const planted = Object.fromEntries(
        list.map(({ path, content, executable }) => [path, executable ? { executable: content } : content]),
      );
      const folder = await open(workspace.plant({ "web/Dockerfile": "FROM scratch\n", ...planted }));
      const digest = one.contextDigest(build);
      expect(other.contextDigest(build)).toBe(digest);
      expect(folder.contextDigest(build)).toBe(digest);
      expect(await digestInside(await pack(other))).toBe(digest);
    }),
    { numRuns: 40 },
  );
});

type Change = (list: readonly File[], at: number) => readonly RawEntry[];
const changes: Readonly<Record<string, Change>> = {
  content: (list, at) =>
    plain(list.map((file, index) => (index === at ? { ...file, content: `${file.content}!` } : file))),
  mode: (list, at) =>
    plain(list.map((file, index) => (index === at ? { ...file, executable: !file.executable } : file))),
  name: (list, at) =>
    plain(list.map((file, index) => (index === at ? { ...file, path: `${file.path}-2` } : file))),
  "one less": (list, at) => plain(list.filter((_file, index) => index !== at)),
  "one more": (list) => [...plain(list), { name: "web/more", content: "" }],
  "an empty folder more": (list) => [...plain(list), { name: "web/empty/", type: "5" }],
  "a link in its place": (list, at) => [
    ...plain(list.filter((_file, index) => index !== at)),
    { name: list[at]?.path ?? "web/l", type: "2", linkName: "Dockerfile" },
  ],
  "the Dockerfile": (list) => [
    { name: "web/Dockerfile", content: "FROM scratch AS x\n" },
    ...plain(list).slice(1),
  ],
};
function plain(list: readonly File[]): readonly RawEntry[] {
  return tarOf(list, { mode: 0o644, dot: "" });
}

test("every change of what is in a context changes its digest", async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), fc.constantFrom(...Object.keys(changes)), async (list, pick, kind) => {
      const change = changes[kind];
      if (change === undefined) throw new Error(kind);
      const before = (await openTar(plain(list))).contextDigest(build);
      expect((await openTar(change(list, pick % list.length))).contextDigest(build)).not.toBe(before);
    }),
    { numRuns: 80 },
  );
});

const buildOf: fc.Arbitrary<ContextBuild> = fc.record({
  context: fc.constant("web"),
  dockerfile: fc.constant("web/Dockerfile"),
  args: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom("", "1", "2"), { noNullPrototype: true }),
  platform: fc.constantFrom("linux/amd64" as const, "linux/arm64" as const),
  labels: fc.constantFrom({}, { a: "1" }, { a: "2" }, { b: "1" }),
  secrets: fc.constantFrom([], [secret("a")], [secret("b")], [secret("a"), secret("b")]),
});

function secret(id: string) {
  return { id, content: { kind: "secret", name: "NAME" } } as const;
}

test("two builds of one context have one digest only where they ask for the same", async () => {
  const archive = await openTar(plain([]));
  const canonical = (of: ContextBuild): string =>
    JSON.stringify({ ...of, args: Object.entries(of.args).sort(), labels: Object.entries(of.labels ?? {}) });
  const targets = fc.record({
    target: fc.constantFrom(undefined, "", "prod", "test"),
    test: fc.constantFrom(undefined, "prod", "test"),
  });
  const whole = fc.tuple(buildOf, targets).map(([of, { target, test }]) => ({
    ...of,
    ...(target === undefined ? {} : { target }),
    ...(test === undefined ? {} : { test }),
  }));
  fc.assert(
    fc.property(whole, whole, (one, other) => {
      const same = archive.contextDigest(one) === archive.contextDigest(other);
      expect(same).toBe(canonical(one) === canonical(other));
    }),
  );
});

test("the value of a secret is no part of a digest", async () => {
  const archive = await openTar(plain([]));
  const of = (value: string): string =>
    archive.contextDigest({ ...build, secrets: [{ id: "a", content: { kind: "plain", value } }] });
  expect(of("one")).toBe(of("two"));
});

test("a context that nobody reads any more ends the reading of the archive", async () => {
  const location = "s3://bucket/uploads/app.tar.gz";
  const bytes = rawTarGz([
    ...entriesOf(tree),
    { name: "web/large", content: Buffer.from(randomBytes(8 * 1024 ** 2)) },
  ]);
  const memory = new MemoryStore({ [location]: bytes });
  const sources: Readable[] = [];
  const store = {
    open: async (of: string): Promise<NodeJS.ReadableStream> => {
      const source = Readable.from(await memory.open(of));
      sources.push(source);
      return source;
    },
  };
  const archive = await open(location, { store });
  const packed = archive.packContext(build, time);
  const [, source] = await new Promise<readonly Readable[]>((resolve) =>
    packed.once("data", () => {
      packed.pause();
      resolve(sources);
    }),
  );
  packed.on("error", () => undefined).destroy(new Error("no longer wanted"));
  if (source?.closed !== true) await new Promise((resolve) => source?.once("close", resolve));
  expect(source?.readableEnded).toBe(false);
});

test.each<[string, (planted: Readonly<Record<string, Planted>>) => string]>([
  ["a folder", (planted) => workspace.plant(planted)],
  ["an archive", (planted) => workspace.write(rawTarGz(entriesOf(planted)))],
])("out of %s, the file at the end of a link lies there under the link's name too", async (_name, place) => {
  const planted = {
    "web/Dockerfile": "FROM scratch\nCOPY run.sh /\n",
    "web/run.sh": { link: "v1/start" },
    "web/v1/start": { executable: "#!/bin/sh" },
  };
  const archive = await open(place(planted));
  const copies = [{ place: "berth/links/0/run.sh", path: "web/v1/start" }];
  const { entries } = await packWith(
    archive,
    build,
    "FROM scratch\nCOPY ../../berth/links/0/run.sh /\n",
    copies,
  );
  // Of an archive it is written once, and linked to under its other name.
  const file = entries.filter(({ content }) => content === "#!/bin/sh");
  const links = entries.filter(({ type, linkName }) => type === "hardlink" && linkName === file[0]?.name);
  expect([...file, ...links].map(({ name }) => name).sort()).toEqual([
    "berth/links/0/run.sh",
    "project/web/v1/start",
  ]);
  expect(file.map(({ mode }) => mode)).toEqual(file.map(() => 0o755));
});
