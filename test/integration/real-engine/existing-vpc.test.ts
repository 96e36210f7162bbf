/** A project in a VPC that is there already, on the real engine: what is read of it, and the simulator's plan. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { downOnBoth, upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const project = `name: todo
x-berth: { interfaceEndpoints: [logs, ecr.api] }
services:
  web:
    image: nginx:1.29
    ports: ["80"]
    environment: { API: "http://api:8080" }
  api: { image: nginx:1.29, expose: ["8080"] }
`;

const id = "vpc-0123456789abcdef0";

describeWithPulumi("in a VPC that is there already", () => {
  let world: RealWorld;
  let folder: string;
  beforeAll(async () => {
    world = await realWorld();
    folder = join(world.folder, "existing-vpc");
    mkdirSync(folder);
    writeFileSync(join(folder, "compose.yaml"), project);
  });
  afterAll(() => {
    world.close();
  });

  test("the same plan on both engines, nothing of the VPC in it, and all of it goes again", async () => {
    const env = { BERTH_VPC_ID: id };
    const { plan } = await upOnBoth(world, folder, env);
    expect(plan.resources.filter(({ type }) => /awsx:|Subnet$|:Vpc$|Dhcp|NatGateway/.test(type))).toEqual([]);
    expect(JSON.stringify(plan.resources)).toContain("http://api.todo.internal:8080");
    const again = await world.real(["up", folder, "--force"], env);
    expect(again.result).toMatchObject({
      outcome: "unchanged",
      changes: { create: 0, update: 0, delete: 0 },
    });
    await downOnBoth(world, folder, env);
  });
});
