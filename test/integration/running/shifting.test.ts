/** `berth restart` and `berth rollback` on the simulator, of a service whose requests ECS moves itself. */
import { BerthError } from "../../../src/errors";
import { FileCloudStore, type CloudData } from "../../../src/simulator/cloud/store";
import { RunningShop } from "../../support/running-shop";

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

/** The state of the newest deployment, and the shares of the requests that the groups of its rule get. */
function standing({ rollouts = [], resources }: CloudData): object {
  const rollout = rollouts[0]?.deployments[0]?.rollout;
  const rule = resources.find(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
  const actions = JSON.stringify(rule?.outputs["actions"]);
  const shares = [...actions.matchAll(/"weight":(\d+)/g)].map(([, weight]) => Number(weight));
  return { rollout, shares };
}

test.each(["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"])(
  "a restart that is ended in %s takes its requests back, and the next up knows of it",
  async (stage) => {
    await up(file(1, canary));
    const seen: CloudData[] = [];
    let end: () => void = () => undefined;
    const own: (this: FileCloudStore, data: CloudData) => Promise<void> = Reflect.get(
      FileCloudStore.prototype,
      "save",
    );
    FileCloudStore.prototype.save = async function (data) {
      await own.call(this, data);
      seen.push(data);
      if (data.rollouts?.[0]?.deployments[0]?.moves?.stage === stage) end();
    };
    try {
      const { code, stderr } = await shop.run("restart web", {
        deps: (real) => {
          end = () => {
            real.ending.end(new BerthError("cancelled", "the run was cancelled", { signal: "SIGINT" }));
          };
          return real;
        },
      });
      expect([code, stderr]).toEqual([
        130,
        expect.stringMatching(/^web: its requests go back to the old tasks$/m) as string,
      ]);
    } finally {
      FileCloudStore.prototype.save = own;
    }
    const last = seen.at(-1);
    // The new tasks' group first.
    expect(last && standing(last)).toEqual({ rollout: "COMPLETED", shares: [0, 100] });
    expect((await shop.journal()).failed).toHaveProperty("web");
    const again = await shop.run("up");
    expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/web/) as string]);
    expect((await shop.journal()).failed).toEqual({});
  },
);

test("an alarm takes a rollback back, which is told as up tells it", async () => {
  await up(file(1, canary));
  await up(file(2, canary));
  const { code, stderr } = await shop.run("rollback web", { faults: "web=late-alarm" });
  expect([code, stderr]).toEqual([5, expect.stringContaining("an alarm went off") as string]);
  expect((await shop.run("up")).code).toBe(0);
});
