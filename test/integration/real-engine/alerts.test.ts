/** Alerts on the real engine: the simulator's plan, nothing to change the second time, and no URL in what it keeps. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const subscription = "aws:sns/topicSubscription:TopicSubscription";
const canary = "CanaryOfNobody";
const project = `name: todo
services:
  web: { image: "nginx:1.29", ports: ["80"] }
  job: { image: "busybox:1.37", x-schedule: "@daily" }
x-berth:
  alerts: [ops@example.com, "https://hooks.slack.com/services/T0/B0/${canary}"]
`;

interface Checkpoint {
  checkpoint: { latest: { resources: { type: string }[]; pending_operations?: object[] } };
}

/** What a kill leaves between AWS's making of the resources of a type and their record: they are begun, and not known. */
function cutOff(state: string, type: string): void {
  const stored = JSON.parse(readFileSync(state, "utf8")) as Checkpoint;
  const { latest } = stored.checkpoint;
  const begun = latest.resources
    .filter((resource) => resource.type === type)
    .map((resource) => ({
      type: "creating",
      resource: { ...resource, id: undefined, outputs: undefined },
    }));
  latest.resources = latest.resources.filter((resource) => resource.type !== type);
  latest.pending_operations = begun;
  writeFileSync(state, JSON.stringify(stored));
}

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

  test("a subscription whose creation was cut off is made again, and stays one", async () => {
    expect(await world.real(["up", folder])).toMatchObject({ code: 0 });
    const [before] = world.cloud.all(subscription);
    cutOff(join(world.folder, "state/.pulumi/stacks/todo/dev.json"), subscription);
    const ran = await world.real(["up", "--force", folder]);
    expect(ran.stderr).toContain("was being created: it is created again");
    expect(ran.result.changes).toMatchObject({ create: 1, update: 0, replace: 0, delete: 0 });
    expect(world.cloud.all(subscription).map(({ id }) => id)).toEqual([before?.id]);
    const again = await world.real(["up", "--force", folder]);
    expect(again.result.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    expect(await world.real(["down", "--yes", folder])).toMatchObject({ code: 0 });
    expect(world.cloud.all(subscription)).toEqual([]);
  });
});
