/** `berth rollback` of static sites on the simulator: with their names and without, and what the next `up` makes of it. */
import { RunningShop } from "../../support/running-shop";

const server = `services:
  web:
    image: nginx:1.27
    ports: ["80:80"]
`;
const sites = (version: string): string => `  docs:
    build: { dockerfile_inline: "FROM alpine:${version}" }
    x-static: { dir: /site }
  blog:
    build: { dockerfile_inline: "FROM alpine:${version}" }
    x-static: { dir: /blog }
`;

let shop: RunningShop;

async function up(file: string): Promise<void> {
  shop.write(file);
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
}

afterEach(() => {
  shop.remove();
});

test("a site that is named goes back, others stay; further back is nothing; the next up goes forward", async () => {
  shop = new RunningShop(server + sites("3.21"));
  await up(server + sites("3.21"));
  const first = shop.versions();
  await up(server + sites("3.22"));
  const second = shop.versions();
  expect(second["docs"]).not.toBe(first["docs"]);

  const back = await shop.run("rollback docs");
  expect([back.code, back.stderr]).toEqual([
    0,
    `docs: ${second["docs"] ?? ""} → ${first["docs"] ?? ""}\nThe next berth up goes forward again, to what the file says\n`,
  ]);
  const further = await shop.run("rollback docs");
  expect([further.code, further.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^error: docs: no version that was published before is kept\n {2}fix: berth rollback docs --to takes one of [0-9a-f]{12}/,
    ) as string,
  ]);
  const named = await shop.run(`rollback docs --to ${(second["docs"] ?? "").slice(0, 7)}`);
  expect([named.code, named.stderr]).toEqual([
    0,
    expect.stringContaining(`→ ${second["docs"] ?? ""}`) as string,
  ]);
  expect((await shop.run("rollback docs web")).stderr).toContain(
    "static sites and services are not rolled back in one command",
  );

  await shop.run("rollback blog");
  const forward = await shop.run("up");
  expect([forward.code, forward.stderr]).toEqual([
    0,
    expect.stringMatching(
      /^blog was rolled back to .*the file counts again, and it goes forward$/m,
    ) as string,
  ]);
  expect(shop.versions()).toEqual(second);
});

test("without a name services alone go back, and it says how a site does", async () => {
  shop = new RunningShop(server + sites("3.21"));
  await up(server + sites("3.21"));
  const none = await shop.run("rollback");
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringMatching(
      /no other deployment of this stack is known\n.*berth rollback blog a version of the static site/,
    ) as string,
  ]);
  await up(server.replace("1.27", "1.28") + sites("3.22"));
  const before = shop.versions();
  const back = await shop.run("rollback");
  expect([back.code, back.stderr]).toEqual([
    0,
    "What blog, docs serves stays: berth rollback blog\n" +
      "web: shop-dev-web:2 → shop-dev-web:1 (nginx:1.27)\nThe next berth up goes forward again, to what the file says\n",
  ]);
  expect(shop.versions()).toEqual(before);
});

test("a stack of sites alone wants a name", async () => {
  const file = `services:\n${sites("3.22")}`;
  shop = new RunningShop(file);
  await up(file);
  const { code, stderr } = await shop.run("rollback");
  expect([code, stderr]).toEqual([
    2,
    "error: rollback: the stack has static sites alone, and none is named\n  fix: berth rollback blog publishes what was published before\n",
  ]);
});
