/** `berth restart` and `berth rollback` on the simulator, of a service whose requests ECS moves itself. */
import { RunningShop } from "../../support/running-shop";

jest.setTimeout(120_000);

let shop: RunningShop;

const file = (tag: number, rollout: string) =>
  `services:\n  web:\n    image: nginx:1.${tag}\n    ports: ["80:80"]\n    x-rollout: ${rollout}\n`;
const canary = "{strategy: canary, percent: 10, bake: 5m}";

async function up(given: string): Promise<void> {
  shop.write(given);
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
}

beforeEach(() => {
  shop = new RunningShop(file(1, canary), { BERTH_DOMAIN: "example.com", BERTH_MODE: "balanced" });
});

afterEach(() => {
  shop.remove();
});

const stages = /web: 10 % of its requests go to the new tasks, for 5 min/;

test("a restart and a rollback go through the stages, and say them", async () => {
  await up(file(1, canary));
  await up(file(2, canary));
  const restarted = await shop.run("restart web");
  expect([restarted.code, restarted.stderr]).toEqual([0, expect.stringMatching(stages) as string]);
  const rolled = await shop.run("rollback web");
  expect([rolled.code, rolled.stderr]).toEqual([0, expect.stringMatching(stages) as string]);
  expect((await shop.run("up")).code).toBe(0);
});

test("a test of the file stands in the way of no restart", async () => {
  const tested = "{strategy: blue-green, bake: 1m, test: {command: [npm, test]}}";
  await up(file(1, tested));
  const { code, stderr } = await shop.run("restart web");
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("its requests move to the new tasks") as string,
  ]);
});

test("an alarm takes a rollback back, which is told as up tells it", async () => {
  await up(file(1, canary));
  await up(file(2, canary));
  const { code, stderr } = await shop.run("rollback web", { faults: "web=late-alarm" });
  expect([code, stderr]).toEqual([5, expect.stringContaining("an alarm went off") as string]);
  expect((await shop.run("up")).code).toBe(0);
});
