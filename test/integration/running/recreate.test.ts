/** `up --force-recreate` on the simulator. */
import { RunningShop, shopFile } from "../../support/running-shop";

let shop: RunningShop;

beforeEach(async () => {
  shop = new RunningShop();
  const { code, stderr } = await shop.run("up");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
});

afterEach(() => {
  shop.remove();
});

/** Services by their primary deployment. */
async function deployments(): Promise<ReadonlyMap<string, string>> {
  const { rollouts } = JSON.parse((await shop.texts.read("shop/dev.cloud.json")) ?? "{}") as {
    readonly rollouts: readonly {
      readonly service: string;
      readonly deployments: readonly { id: string }[];
    }[];
  };
  return new Map(
    rollouts.map(({ service, deployments: [primary] }) => [service.replace(/.*-/, ""), primary?.id ?? ""]),
  );
}

async function anew(line: string): Promise<readonly string[]> {
  const before = await deployments();
  const { code, stderr } = await shop.run(line);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return [...(await deployments())]
    .filter(([name, id]) => before.get(name) !== id)
    .map(([name]) => name)
    .sort();
}

test("starts the tasks of all services anew, or of those that are named", async () => {
  expect(await anew("up --force-recreate")).toEqual(["auto", "web", "worker"]);
  expect(await anew("up --force-recreate web worker")).toEqual(["web", "worker"]);
  expect(await anew("up")).toEqual([]);
});

test("what the run deploys by itself is deployed once", async () => {
  shop.write(shopFile.replace("nginx:1.27\n    ports", "nginx:1.28\n    ports"));
  const { code, stderr } = await shop.run("up --force-recreate");
  expect(code).toBe(0);
  expect(stderr).toContain("auto: its tasks are replaced by new ones");
  expect(stderr).not.toContain("web: its tasks are replaced by new ones");
});

test("a run that has started tasks anew has changed something, for whoever reads its Result", async () => {
  const { stdout } = await shop.run("up --force-recreate web --json");
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "succeeded", changes: { update: 0 } });
});

test("a service that does not become steady fails the run", async () => {
  const { code, stderr } = await shop.run("up --force-recreate web", { faults: "web=crash-loop" });
  expect([code, stderr]).toEqual([
    5,
    expect.stringContaining("services.web: the program ended with exit code 1") as string,
  ]);
  expect((await shop.run("up")).stderr).not.toContain("Nothing changed since");
});

test.each([
  [
    "up --force-recreate wbe",
    '--force-recreate: "wbe" is no service of the project\n  fix: did you mean web?',
  ],
  ["up --force-recreate db", "--force-recreate: db is a managed store, which has no tasks"],
])("%s is refused before anything is changed", async (line, message) => {
  const before = await deployments();
  const { code, stderr } = await shop.run(line);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`) as string]);
  expect(await deployments()).toEqual(before);
});
