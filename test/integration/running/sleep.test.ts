/** `berth stop` and `berth start` on the simulator: what sleeps, what is said of it, and how it wakes. */
import { RunningShop, shopFile } from "../../support/running-shop";

let shop: RunningShop;

beforeEach(async () => {
  shop = new RunningShop(`${shopFile}  cache:\n    image: redis:7\n    x-redis: true\n`);
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
});

afterEach(() => {
  shop.remove();
});

interface Stored {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Tasks of each service, whether autoscaling is suspended, and the database's status. */
async function asleep() {
  const { resources } = JSON.parse((await shop.texts.read("shop/dev.cloud.json")) ?? "{}") as {
    readonly resources: readonly Stored[];
  };
  const of = (type: string) => resources.filter((one) => one.type === type).map(({ outputs }) => outputs);
  const suspended = of("aws:appautoscaling/target:Target").map(
    ({ suspendedState }) =>
      (suspendedState as Record<string, boolean> | undefined)?.["dynamicScalingOutSuspended"] === true,
  );
  const status = of("aws:rds/instance:Instance").map((outputs) => outputs["status"] ?? "available");
  const services = of("aws:ecs/service:Service").map(
    ({ name, desiredCount }) => [name, desiredCount] as const,
  );
  return { ...(Object.fromEntries(services) as Record<string, unknown>), suspended, status };
}

const awake = {
  "shop-dev-web": 1,
  "shop-dev-worker": 2,
  "shop-dev-auto": 2,
  suspended: [false],
  status: ["available"],
};
const sleeping = {
  "shop-dev-web": 0,
  "shop-dev-worker": 0,
  "shop-dev-auto": 0,
  suspended: [true],
  status: ["stopped"],
};

test("stop puts tasks, autoscaling and databases to sleep, and says what goes on costing; start wakes them", async () => {
  const stopped = await shop.run("stop");
  expect(stopped.code).toBe(0);
  expect(stopped.stderr).toContain(
    "auto: 2 → 0 tasks\nweb: 1 → 0 tasks\nworker: 2 → 0 tasks\ndb: stopping\n",
  );
  expect(stopped.stderr).toMatch(/^What goes on costing: .*cache \(ElastiCache can't be stopped\)/m);
  expect(stopped.stderr).toMatch(
    /^AWS starts db again by itself after 7 days, on \d{4}-\d\d-\d\d: berth stop/m,
  );
  expect(await asleep()).toEqual(sleeping);
  const again = await shop.run("stop");
  expect([again.code, again.stderr]).toEqual([0, "Nothing to change\n"]);
  const started = await shop.run("start");
  expect([started.code, started.stderr]).toEqual([
    0,
    "db: the database starts (usually some minutes)\nauto: 0 → 2 tasks\nweb: 0 → 1 tasks\nworker: 0 → 2 tasks\n",
  ]);
  expect(await asleep()).toEqual(awake);
  expect((await shop.run("start")).stderr).toBe("Nothing to change\n");
  expect((await shop.run("up")).stderr).toContain("Nothing changed since the last deployment");
});

test("an up wakes what sleeps: databases first, autoscaling too", async () => {
  await shop.run("stop");
  expect((await shop.run("preview")).stderr).toMatch(
    /^berth stop has stopped auto, web, worker, db \(.*\): up starts them again$/m,
  );
  expect(await asleep()).toEqual(sleeping);
  const { code, stderr } = await shop.run("up");
  expect([code, stderr]).toEqual([0, expect.stringContaining("db: the database starts") as string]);
  expect(await asleep()).toEqual(awake);
  expect((await shop.journal()).stopped).toEqual({});
});

test("one service and one database by name; a start brings a number of berth scale back", async () => {
  await shop.run("scale worker=3");
  await shop.run("stop worker db");
  expect(await asleep()).toEqual({ ...awake, "shop-dev-worker": 0, status: ["stopped"] });
  const scaled = await shop.run("scale worker=1");
  expect([scaled.code, scaled.stderr]).toEqual([
    2,
    expect.stringContaining("worker: it is stopped\n  fix: berth start worker") as string,
  ]);
  expect((await shop.run("restart worker")).code).toBe(2);
  await shop.run("start db worker");
  expect(await asleep()).toEqual({ ...awake, "shop-dev-worker": 3 });
});

test("services start after those that they wait for", async () => {
  shop.write(shopFile.replace('ports: ["80:80"]', 'ports: ["80:80"]\n    depends_on: [worker]'));
  await shop.run("up");
  await shop.run("stop");
  const { stderr } = await shop.run("start");
  expect(stderr.indexOf("worker: 0 → 2")).toBeLessThan(stderr.indexOf("web: 0 → 1"));
});

test("a service that does not become steady is a failure, and stays to be looked at", async () => {
  await shop.run("scale worker=0");
  await shop.run("restart web --detach", { faults: "web=crash-loop" });
  const { code } = await shop.run("stop cache");
  expect(code).toBe(2);
  const { failed } = await shop.journal();
  expect(Object.keys(failed)).toEqual(["web"]);
});

test("a stack that sleeps is taken down whole", async () => {
  await shop.run("stop");
  const { code, stderr } = await shop.run("down --yes");
  expect([code, stderr]).toEqual([0, expect.stringContaining("db: the database starts") as string]);
});

test.each([
  [
    "stop cache",
    "cache: it is a managed store (redis), not a service of ECS\n  fix: ElastiCache can't stop a cache",
  ],
  ["stop migrate", "migrate: it is a one-off task: ECS does not keep it running"],
  ["start wokrer", "wokrer: no such service runs\n  fix: did you mean worker?"],
])("%s is refused", async (line, message) => {
  const { code, stderr } = await shop.run(line);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`) as string]);
});

test("what runs by a schedule is no service to stop, and is said to go on", async () => {
  shop.write(
    `${shopFile}  report:\n    image: busybox:1\n    command: ["true"]\n    x-schedule: "0 3 * * *"\n`,
  );
  const deployed = await shop.run("up --allow-data-loss cache");
  expect([deployed.code, deployed.code === 0 ? "" : deployed.stderr]).toEqual([0, ""]);
  const one = await shop.run("stop report");
  expect([one.code, one.stderr]).toEqual([
    2,
    "error: report: it runs by its schedule: ECS does not keep it running\n  fix: berth run report runs it now\n",
  ]);
  expect((await shop.run("stop")).stderr).toContain("Schedules go on: report start at their times");
});
