/** `berth rollback` on the simulator: where it goes, what it refuses, and that the next `up` goes forward again. */
import { RunningShop, shopFile } from "../../support/running-shop";

let shop: RunningShop;

async function up(file: string): Promise<void> {
  shop.write(file);
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
}

beforeEach(async () => {
  shop = new RunningShop();
  await up(shopFile);
});

afterEach(() => {
  shop.remove();
});

const newer = shopFile.replace("nginx:1.27\n    ports", "nginx:1.28\n    ports");

test("goes back to what ran before the last deployment, and the next up goes forward again", async () => {
  await up(newer);
  const { code, stderr } = await shop.run("rollback");
  expect([code, stderr]).toEqual([
    0,
    "web: shop-dev-web:2 → shop-dev-web:1 (nginx:1.27)\nThe next berth up goes forward again, to what the file says\n",
  ]);
  const note =
    /^web was rolled back to shop-dev-web:1 \(berth rollback, .*\): the file counts again, and it goes forward$/m;
  const preview = await shop.run("preview");
  expect(preview.stderr).toMatch(note);
  expect(preview.stdout).toContain("web: changed outside of berth up: the file counts again");
  const forward = await shop.run("up");
  expect([forward.code, forward.stderr]).toEqual([0, expect.stringMatching(note) as string]);
  expect((await shop.run("up")).stderr).toContain("Nothing changed since the last deployment");
  expect((await shop.run("rollback web --to 2")).stderr).toContain("web: it runs shop-dev-web:2 already");
});

test("only what the last deployment has changed goes back, each further rollback goes further", async () => {
  await up(newer);
  const third = newer.replace("sleep, 1d", "sleep, 2d");
  await up(third);
  expect((await shop.run("rollback --detach")).stderr).toMatch(
    /^worker: shop-dev-worker:2 → shop-dev-worker:1 \(busybox:1\)\n/,
  );
  expect((await shop.run("rollback web")).stderr).toMatch(/^web: shop-dev-web:2 → shop-dev-web:1/);
  const none = await shop.run("rollback web");
  expect([none.code, none.stderr]).toEqual([
    2,
    "error: web: nothing is known to have run before shop-dev-web:1\n  fix: bring the file and its images back to what they were then, and run berth up\n",
  ]);
  expect((await shop.journal()).rolledBack).toMatchObject({ web: {}, worker: {} });
});

test("a revision that does not become steady is a failure as in up, and up still goes forward", async () => {
  await up(newer);
  const { code, stderr } = await shop.run("rollback web --to 1", { faults: "web=crash-loop" });
  expect([code, stderr]).toEqual([
    5,
    expect.stringContaining("services.web: the program ended with exit code 1") as string,
  ]);
  expect((await shop.run("up")).code).toBe(0);
  expect((await shop.journal()).rolledBack).toEqual({});
});

test("a revision whose container lacks the port of the load balancer is refused before ECS is asked", async () => {
  await up(newer.replace("80:80", "80:8080"));
  const { code, stderr } = await shop.run("rollback web");
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(
      "web: shop-dev-web:1 has no container port 8080, which its load balancer sends requests to\n  fix: bring the file",
    ) as string,
  ]);
});

test.each([
  ["rollback", "rollback: no other deployment of this stack is known"],
  ["rollback wbe", "wbe: no such service runs\n  fix: did you mean web?"],
  ["rollback db", "db: it is a managed store (postgres), not a service of ECS\n  fix: berth db backups db"],
  ["rollback web --to 7", "web: ECS has no shop-dev-web:7"],
  ["rollback web --to shop-dev-worker:1", '--to: "shop-dev-worker:1" is not a revision of shop-dev-web'],
  ["rollback --to 1", "--to: a revision is one service's\n  fix: name the service"],
])("%s is refused", async (line, message) => {
  const { code, stderr } = await shop.run(line);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`) as string]);
});

test("down leaves no revision behind", async () => {
  await up(newer);
  expect((await shop.run("down --yes")).code).toBe(0);
  const cloud = JSON.parse((await shop.texts.read("shop/dev.cloud.json")) ?? "{}") as { resources: object[] };
  expect(cloud.resources).toEqual([]);
  expect(await shop.texts.list("operations/shop")).toEqual([]);
});
