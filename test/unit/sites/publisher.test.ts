/** Sites published, replaced while people look, cut off anywhere, and rolled back: on a bucket in memory. */
import { BerthError } from "../../../src/errors";
import type { SiteRequest } from "../../../src/ports";
import { rollbackSite, Sites } from "../../../src/sites";
import { HandClock } from "../../support/hand-clock";
import { filesOf, imageOf, MemorySiteStore } from "../../support/site-store";
import { Readable } from "node:stream";
import { rawTarGz } from "../../support/tar";

const signal = new AbortController().signal;

/** A site whose pages name files by the hashes of the version, as bundlers make it. */
function version(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const hash = `${name}0f1e`;
  return {
    "index.html": `${name} /static/js/main.${hash}.js /docs/index.html`,
    "docs/index.html": `${name} docs /static/js/docs.${hash}.js`,
    [`static/js/main.${hash}.js`]: `main of ${name}`,
    [`static/js/docs.${hash}.js`]: `docs of ${name}`,
    "style.css": "same in all",
    ...more,
  };
}

class World {
  readonly store = new MemorySiteStore();
  readonly clock = new HandClock();
  readonly notes: string[] = [];
  sites = this.#made();

  #made(): Sites {
    const { store, clock, notes } = this;
    const pack = () =>
      Readable.from([
        rawTarGz(filesOf({ "project/public/index.html": "folder", "project/public/.env": "secret" })),
      ]);
    return new Sites({ store, clock, pack, note: (line) => notes.push(line) });
  }

  offer(name: string, files: Readonly<Record<string, string>>): SiteRequest {
    const entries = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`app/dist/${path}`, text]),
    );
    this.store.images.set(name, imageOf([filesOf(entries)], { workingDir: "/app" }));
    return {
      ...{
        service: "web",
        bucket: "b",
        distributionId: "E1",
        version: name,
        index: "index.html",
        spa: false,
      },
      source: { kind: "image", reference: name, architecture: "X86_64", dir: "dist" },
    };
  }

  again(): void {
    this.sites = this.#made();
  }
}

/** Every page that is served names files that are served. */
function judgePages(store: MemorySiteStore): void {
  const served = store.served();
  for (const [path, text] of Object.entries(served)) {
    if (!path.endsWith(".html")) continue;
    for (const [, file = ""] of text.matchAll(/ \/(\S+)/g))
      if (served[file] === undefined) throw new Error(`${path} (${text}) names ${file}, which is not there`);
  }
}

test("a first version: files before pages, the first page last, with words for whoever keeps them", async () => {
  const world = new World();
  const { store } = world;
  const result = await world.sites.publish(world.offer("aaaa", version("aaaa")));
  expect(result).toMatchObject({ outcome: "published", files: 5, changed: 5, removed: 0 });
  const copies = store.asked.flatMap((line) =>
    line.startsWith("copy ") ? [line.slice("copy site/".length)] : [],
  );
  expect(copies.slice(-2)).toEqual(["docs/index.html", "index.html"]);
  expect(store.objects.get("site/index.html")?.words).toEqual({
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
  });
  expect(store.objects.get("site/static/js/main.aaaa0f1e.js")).toBeDefined();
  expect(store.invalidated).toEqual([]);
  expect(world.notes).toEqual([expect.stringMatching(/^web: 5 objects, 5 of them new; published/)]);
});

test("the same again asks twice and changes nothing", async () => {
  const world = new World();
  const request = world.offer("aaaa", version("aaaa"));
  await world.sites.publish(request);
  world.store.asked.length = 0;
  world.store.images.clear();
  expect(await world.sites.publish(request)).toMatchObject({ outcome: "unchanged", changed: 0 });
  expect(world.store.asked).toEqual(["read berth/site.json", "read berth/versions/aaaa.json"]);
});

test("a site that is replaced: no page without its files at any moment, and only what changed is written", async () => {
  const world = new World();
  const { store } = world;
  await world.sites.publish(world.offer("bb12", version("bb12", { "old.txt": "1", "logo.png": "1" })));
  const looks: string[] = [];
  store.after = (what, key) => {
    judgePages(store);
    expect(store.served()["index.html"]).toMatch(/^(bb12|cc34) /);
    if (what === "copy" || what === "remove") looks.push(`${what} ${key}`);
  };
  const result = await world.sites.publish(world.offer("cc34", version("cc34", { "logo.png": "2" })));
  expect(result).toMatchObject({ changed: 5, removed: 1 });
  expect(looks).toHaveLength(6);
  expect(looks.at(-1)).toBe("remove site/old.txt");
  // Whoever has the old page open still finds its files.
  expect(Object.keys(store.served())).toContain("static/js/main.bb120f1e.js");
  // What CloudFront keeps goes before the pages that may show it, and what was removed after them.
  expect(store.invalidated).toEqual([
    ["/logo.png"],
    ["/docs/index.html", "/docs/", "/index.html", "/"],
    ["/old.txt"],
  ]);
});

test("cut off at each request, the next run makes it whole: forward to the new version, or back to the old one", async () => {
  const first = version("bb12", { "logo.png": "1" });
  const second = version("cc34", { "logo.png": "2" });
  for (const next of ["cc34", "bb12"]) {
    for (let cut = 1, whole = false; !whole; cut++) {
      const world = new World();
      const { store } = world;
      const [old, young] = [world.offer("bb12", first), world.offer("cc34", second)];
      await world.sites.publish(old);
      let count = 0;
      store.before = () => {
        if (++count === cut) throw new Error("cut off");
      };
      store.after = () => {
        judgePages(store);
      };
      whole = await world.sites.publish(young).then(
        () => true,
        () => false,
      );
      store.before = () => undefined;
      world.again();
      await world.sites.publish(next === "cc34" ? young : old);
      expect(store.served()).toMatchObject(next === "cc34" ? second : first);
      expect(cut).toBeLessThan(60);
    }
  }
});

test("a rollback goes to the version before, further back with each, and the next deployment goes forward", async () => {
  const world = new World();
  const { store, clock } = world;
  const versions = ["aa11", "bb22", "cc33"];
  for (const name of versions) await world.sites.publish(world.offer(name, version(name)));
  store.images.clear();
  store.after = () => {
    judgePages(store);
  };
  const back = (to?: string) =>
    rollbackSite(store, {
      service: "web",
      bucket: "b",
      distributionId: "E1",
      now: clock.now(),
      signal,
      ...(to === undefined ? {} : { to }),
    });
  expect(await back()).toEqual({ from: "cc33", to: "bb22" });
  expect(store.served()["index.html"]).toMatch(/^bb22/);
  expect(await back()).toEqual({ from: "bb22", to: "aa11" });
  await expect(back()).rejects.toThrow(/no version that was published before is kept/);
  await expect(back("aa1")).rejects.toThrow(/it is aa11 already/);
  await expect(back("dd")).rejects.toMatchObject({
    kind: "usage",
    problems: [{ path: "web", hint: expect.stringContaining("cc33, bb22") as string }],
  });
  expect(await back("CC3")).toEqual({ from: "aa11", to: "cc33" });
  await back("bb2");
  // The contents are there: no image is asked for.
  await world.sites.publish({
    ...world.offer("cc33", version("cc33")),
    source: { kind: "image", reference: "gone", architecture: "X86_64", dir: "x" },
  });
  expect(store.served()["index.html"]).toMatch(/^cc33/);
});

test("what no version names goes after a week; the last three stay", async () => {
  const world = new World();
  const { store, clock } = world;
  const names = ["aa11", "bb22", "cc33", "dd44", "ee55"];
  for (const name of names) {
    await world.sites.publish(world.offer(name, version(name)));
    await clock.pass(60_000, 60_000);
  }
  const held = () => [...store.objects.keys()].filter((key) => key.startsWith("berth/versions/")).length;
  expect(held()).toBe(5);
  await clock.pass(8 * 86_400_000, 86_400_000);
  await world.sites.publish(world.offer("ff66", version("ff66")));
  expect(held()).toBe(3);
  const hashes = Object.keys(store.served()).filter((key) => key.startsWith("static/"));
  expect(hashes).toHaveLength(6);
  expect([...store.objects.keys()].filter((key) => key.startsWith("contents/"))).toHaveLength(13);
});

test("many changes are one path of an invalidation; a name that lies is told", async () => {
  const world = new World();
  const many = (text: string) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`p${n}.txt`, text]));
  await world.sites.publish(world.offer("aaaa", { "index.html": "1", "x.0a1b2c3d.js": "1", ...many("1") }));
  await world.sites.publish(world.offer("bbbb", { "index.html": "2", "x.0a1b2c3d.js": "2", ...many("2") }));
  expect(world.store.invalidated[0]).toEqual(["/*"]);
  expect(world.notes.at(-1)).toMatch(/warning: web: x\.0a1b2c3d\.js has changed, though its name/);
});

test("a folder of the project is published as it is, without what begins with a dot", async () => {
  const world = new World();
  const { source: _image, ...request } = world.offer("aaaa", {});
  await world.sites.publish({
    ...request,
    source: { kind: "folder", build: { context: "public", dockerfile: "x", args: {} } },
  });
  expect(world.store.served()).toEqual({ "index.html": "folder" });
});

test.each([
  ["dist", {}, /no folder \/app\/dist in the image/, /x-static\.dir names the folder/],
  ["out", { "x.html": "x" }, /no folder \/app\/out/, /x-static\.dir names/],
  ["out", { "index.html": "x" }, /no folder \/app\/out/, /an index\.html is in \/app\/dist/],
  ["dist", { ".env": "x" }, /\/app\/dist has no file in it/, /x-static\.dir/],
  ["dist", { "a.html": "x" }, /\/app\/dist has no index\.html, which \/ is answered with/, /x-static\.index/],
] as const)("what is no site is told, with where one lies: %s %j", async (dir, files, message, hint) => {
  const world = new World();
  const request = world.offer("aaaa", files);
  const asked = { ...request, source: { ...request.source, dir } as SiteRequest["source"] };
  await expect(world.sites.publish(asked)).rejects.toMatchObject({ kind: "build" });
  const [failure] = world.sites.failures();
  expect(failure).toMatchObject({ kind: "build", path: "services.web.x-static.dir" });
  expect(failure?.message).toMatch(message);
  expect(failure?.hint).toMatch(hint);
  expect(world.store.served()).toEqual({});
});

test("what AWS refuses is told once, and a run that ends leaves the rest to the next one", async () => {
  const world = new World();
  world.store.before = (what) => {
    if (what === "copy") throw new BerthError("deployment", { message: "AccessDenied", hint: "ask" });
  };
  await expect(world.sites.publish(world.offer("aaaa", version("aaaa")))).rejects.toThrow(BerthError);
  expect(world.sites.failures()).toEqual([
    {
      ...{ service: "web", kind: "deployment", path: "services.web.x-static", hint: "ask" },
      message: "its files could not be published: AccessDenied",
    },
  ]);
  world.again();
  world.store.before = (what) => {
    if (what === "copy") void world.sites.stop();
  };
  await expect(world.sites.publish(world.offer("aaaa", version("aaaa")))).rejects.toMatchObject({
    kind: "cancelled",
  });
  expect(world.sites.failures()).toEqual([]);
});
