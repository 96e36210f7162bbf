/** People look at a site through CloudFront's caches while it is replaced: nobody misses a file, nothing stays that must not. */
import { Readable } from "node:stream";
import { rollbackSite, Sites } from "../../../src/sites";
import type { SiteRequest } from "../../../src/ports";
import { HandClock } from "../../support/hand-clock";
import { EdgeLocation, handlerOf } from "../../support/site-edge";
import { filesOf, imageOf, MemorySiteStore } from "../../support/site-store";

const order = ["bb12", "cc34", "dd56"];

/** A site whose pages name files with hashes, and some without. */
function version(name: string): Readonly<Record<string, string>> {
  return {
    "index.html": `${name} /static/js/main.${name}0f1e.js /style.css /only-${name}.css`,
    "docs/index.html": `${name} /static/js/docs.${name}0f1e.js /style.css`,
    [`static/js/main.${name}0f1e.js`]: name,
    [`static/js/docs.${name}0f1e.js`]: name,
    [`only-${name}.css`]: name,
    "style.css": name,
  };
}

class World {
  readonly store = new MemorySiteStore();
  readonly clock = new HandClock();
  readonly locations: EdgeLocation[] = [];
  readonly sites = new Sites({
    store: this.store,
    clock: this.clock,
    pack: () => Readable.from([]),
    note: () => undefined,
  });

  constructor() {
    this.store.after = (what, key) => {
      if (what === "invalidate") for (const location of this.locations) location.forget(key.split(" "));
    };
  }

  location(spa = false): EdgeLocation {
    const made = new EdgeLocation(this.store, this.clock, handlerOf(spa));
    this.locations.push(made);
    return made;
  }

  async publish(name: string, files = version(name)): Promise<void> {
    const entries = Object.entries(files).map(([path, text]) => [`dist/${path}`, text]);
    this.store.images.set(
      name,
      imageOf([filesOf(Object.fromEntries(entries) as Record<string, string>)], {}),
    );
    const request: SiteRequest = {
      ...{
        service: "web",
        bucket: "b",
        distributionId: "E1",
        version: name,
        index: "index.html",
        spa: false,
      },
      source: { kind: "image", reference: name, architecture: "X86_64", dir: "/dist" },
    };
    await this.sites.publish(request);
  }

  /** Calls back after every request of the bucket and of CloudFront. */
  watch(look: (step: number) => void): void {
    const { after } = this.store;
    let step = 0;
    this.store.after = (what, key) => {
      after(what, key);
      look(step++);
    };
  }
}

/** A visit of both pages: what a browser would show. @throws Error for a file that is missing or older than its page */
function visit(location: EdgeLocation): readonly string[] {
  return ["/", "/docs/"].map((path) => {
    const page = location.get(path);
    const [name = "", ...files] = page.body.split(" ");
    if (page.status !== 200) throw new Error(`${path} is answered with ${page.status}`);
    for (const file of files) {
      const { status, body } = location.get(file);
      if (status !== 200) throw new Error(`${path} of ${name} names ${file}, answered with ${status}`);
      if (order.indexOf(body) < order.indexOf(name) || (file.includes(name) && body !== name))
        throw new Error(`${path} of ${name} gets ${file} of ${body}`);
    }
    return name;
  });
}

test("no visit misses a file or mixes versions, wherever its cache was filled and whenever it comes", async () => {
  const world = new World();
  await world.publish("bb12");
  // One that is asked all the time, and one for each step that was asked before it began, and not since.
  const busy = world.location();
  const seldom = Array.from({ length: 60 }, () => world.location());
  for (const location of [busy, ...seldom]) expect(visit(location)).toEqual(["bb12", "bb12"]);
  // And one whose visitors had the files of the pages already: it keeps the pages alone.
  const pagesAlone = seldom.map(() => world.location());
  for (const location of pagesAlone) for (const path of ["/", "/docs/"]) location.get(path);
  const shown: string[] = [];
  let steps = 0;
  world.watch((step) => {
    steps = step + 1;
    shown.push(visit(busy)[0] ?? "");
    for (const once of [seldom[step], pagesAlone[step]]) if (once !== undefined) visit(once);
    // And one that has nothing.
    visit(world.location());
  });
  await world.publish("cc34");
  expect(steps).toBeGreaterThan(15);
  expect(steps).toBeLessThan(seldom.length);
  // From the old one to the new one, and never back.
  expect(shown.join(" ")).toMatch(/^(bb12 )+(cc34 ?)+$/);
  for (const location of world.locations) expect(visit(location)).toEqual(["cc34", "cc34"]);
});

test("the same holds for the way back", async () => {
  const world = new World();
  await world.publish("cc34");
  await world.publish("dd56");
  const warm = Array.from({ length: 60 }, () => world.location());
  for (const location of warm) visit(location);
  const missing: string[] = [];
  world.watch((step) => {
    const location = warm[step] ?? world.location();
    for (const path of ["/", "/docs/"]) {
      const page = location.get(path);
      const files = page.body.split(" ").slice(1);
      missing.push(...files.filter((file) => location.get(file).status !== 200));
    }
  });
  const signal = new AbortController().signal;
  const place = { service: "web", bucket: "b", distributionId: "E1", now: world.clock.now(), signal };
  await rollbackSite(world.store, place);
  expect(missing).toEqual([]);
  for (const location of world.locations) expect(location.get("/").body).toMatch(/^cc34 /);
});

test("a page is asked for again after a second, a file with a hash never, others once they have changed", async () => {
  const world = new World();
  await world.publish("bb12");
  const location = world.location();
  visit(location);
  const asked = location.misses;
  visit(location);
  expect(location.misses).toBe(asked);
  await world.clock.pass(1_000);
  visit(location);
  expect(location.misses).toBe(asked + 2);
  await world.clock.pass(86_400_000, 86_400_000);
  visit(location);
  expect(location.misses).toBe(asked + 4);
});

test("what was not there is not remembered as missing", async () => {
  const world = new World();
  await world.publish("bb12");
  const location = world.location();
  expect(location.get("/only-cc34.css").status).toBe(404);
  expect(location.get("/new/").status).toBe(404);
  await world.publish("cc34", { ...version("cc34"), "new/index.html": "new" });
  expect(location.get("/only-cc34.css")).toMatchObject({ status: 200, body: "cc34" });
  expect(location.get("/new").body).toBe("new");
  // And what has gone is gone.
  expect(location.get("/only-bb12.css").status).toBe(404);
});
