/** A static site on the real engine: made, the same again, replaced, taken down, with the simulator's plan each time. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const project = `name: todo
services:
  docs:
    x-static: { dir: public, headers: { X-Robots-Tag: noindex } }
  shop:
    build: { context: ./public, dockerfile_inline: "FROM alpine:3.22" }
    x-static: { dir: /dist, spa: true }
    x-path: /
  api: { image: "nginx:1.29", ports: ["80"], x-path: /api }
`;

describeWithPulumi("a static site", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "sites");
    mkdirSync(join(folder, "public"), { recursive: true });
    writeFileSync(join(folder, "compose.yaml"), project);
  });
  afterAll(() => {
    world.close();
  });

  const write = (text: string): void => {
    writeFileSync(join(folder, "public/index.html"), text);
  };

  /** The first pages of every bucket that is a site's, of both engines. */
  function pages(): readonly string[] {
    const found = readdirSync(world.folder, { recursive: true, encoding: "utf8" });
    return found
      .filter((path) => path.endsWith("site%2Findex.html"))
      .map((path) => readFileSync(join(world.folder, path), "utf8"));
  }

  test("comes up, stays, is replaced and goes, with the same plan on both engines", async () => {
    write("one");
    const { ran } = await upOnBoth(world, folder, {});
    const { docs = "", shop = "", api = "" } = ran.result.endpoints;
    expect(docs).toMatch(/^https:\/\/d[0-9a-f]+\.cloudfront\.net$/);
    expect(api).toBe(`${shop}/api`);
    // The simulator, after it, finds them published.
    expect(ran.stderr).toMatch(/docs: 1 object, 1 of them new/);
    expect(pages()).toContain("one");

    const again = await world.real(["up", "--force", folder], {});
    expect([again.stderr, again.code]).toEqual([again.stderr, 0]);
    expect(again.result.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });

    write("two");
    const { plan, ran: second } = await upOnBoth(world, folder, {});
    expect(second.stderr).toMatch(/docs: 1 object, 1 of them new/);
    const changed = plan.resources.filter(({ op }) => op !== "same").map(({ name, op }) => `${op} ${name}`);
    // The image of `shop` is of the same folder.
    expect(changed.sort()).toEqual(["update docs-version", "update shop-version"]);
    expect(pages()).toContain("two");
    expect(pages()).not.toContain("one");

    await downOnBoth(world, folder, {});
  });
});
