/** Folders of the project that services write, on both engines: made once, filled once, kept at the end. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { upOnBoth } from "./up-on-both";
import { readPlan, realWorld, type RealWorld } from "./world";

const compose = `name: todo
services:
  kuma:
    image: louislam/uptime-kuma:2
    ports: ["3001:3001"]
    volumes: ["./data:/app/data", "./nginx.conf:/etc/nginx/nginx.conf:ro"]
  db:
    image: postgres:16
    restart: always
    environment: {POSTGRES_PASSWORD: long-enough}
    volumes: ["./pg:/var/lib/postgresql/data"]
`;

describeWithPulumi("folders of the project on EFS", () => {
  let world: RealWorld;
  let project: string;
  beforeAll(async () => {
    world = await realWorld();
    project = join(world.folder, "kept");
    mkdirSync(join(project, "pg"), { recursive: true });
    writeFileSync(join(project, "compose.yaml"), compose);
    writeFileSync(join(project, "nginx.conf"), "events {}\n");
    writeFileSync(join(project, "pg", "PG_VERSION"), "16\n");
  });
  afterAll(() => {
    world.close();
  });

  test("up, the same again, down", async () => {
    const { plan } = await upOnBoth(world, project, {});
    const folders = plan.resources.filter(({ type }) => type.endsWith(":AccessPoint"));
    expect(folders.map(({ name }) => name).sort()).toEqual(["./data", "./pg"]);
    const again = await world.real(["up", "--force", "--plan", join(world.folder, "plan.json"), project]);
    expect([again.code, again.code === 0 ? "" : again.stderr]).toEqual([0, ""]);
    const { resources } = readPlan(join(world.folder, "plan.json"));
    expect(resources.filter(({ op }) => op !== "same").map(({ name }) => name)).toEqual([]);
    expect((await world.real(["down", project])).code).toBe(0);
    // What holds data stays in the account, as with named volumes.
    expect(world.clouds()[0].map(({ type }) => type)).toEqual(["aws:efs/fileSystem:FileSystem"]);
  });
});
