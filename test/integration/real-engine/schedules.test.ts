/** Services on a schedule on the real engine: the simulator's plan, and a server that becomes one keeps its role. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const project = (job: string): string => `name: todo
services:
  job:
    image: busybox:1.37
    command: ["date"]
    ${job}
  either:
    image: busybox:1.37
    x-schedule: "0 3 13 * 5"
`;

describeWithPulumi("services on a schedule", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "schedules");
    mkdirSync(folder);
  });
  afterAll(() => {
    world.close();
  });

  test("a server becomes a scheduled task and one again, with the same plan on both engines", async () => {
    const write = (job: string): void => {
      writeFileSync(join(folder, "compose.yaml"), project(job));
    };
    write("restart: always");
    await upOnBoth(world, folder, {});
    write("x-schedule: { cron: '@daily', timezone: Europe/Berlin, timeout: 10m, retries: 1 }");
    const { plan, ran } = await upOnBoth(world, folder, {});
    const roles = plan.resources.filter(({ type, name }) => /Role$/.test(type) && name === "job-task-role");
    expect(roles.map(({ op }) => op)).toEqual(["same"]);
    expect(ran.result.outputs["services"]).toMatchObject({ job: { kind: "schedule" } });
    const again = await world.real(["up", "--force", folder], {});
    expect(again.result.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    write("restart: always");
    await upOnBoth(world, folder, {});
    await downOnBoth(world, folder, {});
  });
});
