/** Alerts on the real engine: the simulator's plan, nothing to change the second time, and no URL in what it keeps. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const canary = "CanaryOfNobody";
const project = `name: todo
services:
  web: { image: "nginx:1.29", ports: ["80"] }
  job: { image: "busybox:1.37", x-schedule: "@daily" }
x-berth:
  alerts: [ops@example.com, "https://hooks.slack.com/services/T0/B0/${canary}"]
`;

describeWithPulumi("alerts", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "alerts");
    mkdirSync(folder);
    writeFileSync(join(folder, "compose.yaml"), project);
  });
  afterAll(() => {
    world.close();
  });

  test("come up and go on both engines, and the state has the webhook encrypted", async () => {
    const { ran } = await upOnBoth(world, folder, {});
    expect(ran.result.outputs).toMatchObject({ alerts: { mail: ["ops@example.com"], webhooks: 1 } });
    const again = await world.real(["up", "--force", folder], {});
    expect(again.result.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    const kept = readdirSync(world.folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(world.folder, name))
      .filter((path) => statSync(path).isFile() && /todo.*\.json/.test(path));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((path) => readFileSync(path, "utf8").includes(canary))).toEqual([]);
    await downOnBoth(world, folder, {});
  });
});
