/** A project in a VPC that is there already, on the real engine: what is read of it, and the simulator's plan. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPulumi } from "../../support/engine";
import { MadeUp } from "./made-up";
import { readPlan, realWorld, type RealWorld } from "./world";

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
    const madeUp = new MadeUp();
    const plan = (name: string): string => join(world.folder, `${name}.vpc.json`);
    const real = await world.real(["up", folder, "--plan", plan("real")], env);
    expect([real.stderr, real.code]).toEqual([real.stderr, 0]);
    const simulated = await world.simulated(["up", folder, "--plan", plan("simulated")], env);
    expect([simulated.stderr, simulated.code]).toEqual([simulated.stderr, 0]);
    const [realPlan, simulatedPlan] = [readPlan(plan("real")), readPlan(plan("simulated"))];
    madeUp.learn(world.clouds(), realPlan.resources);
    const sorted = (resources: typeof realPlan.resources) =>
      [...resources].sort((a, b) => a.urn.localeCompare(b.urn));
    expect(madeUp.without(sorted(simulatedPlan.resources), 1)).toEqual(
      madeUp.without(sorted(realPlan.resources), 0),
    );
    expect(realPlan.resources.filter(({ type }) => /awsx:|Subnet$|:Vpc$|Dhcp|NatGateway/.test(type))).toEqual(
      [],
    );
    expect(realPlan.monthlyCost).toEqual(simulatedPlan.monthlyCost);
    expect(JSON.stringify(realPlan.resources)).toContain("http://api.todo.internal:8080");
    const again = await world.real(["up", folder, "--force"], env);
    expect(again.result).toMatchObject({
      outcome: "unchanged",
      changes: { create: 0, update: 0, delete: 0 },
    });
    expect((await world.real(["down", folder], env)).code).toBe(0);
    expect((await world.simulated(["down", folder], env)).code).toBe(0);
    expect(world.clouds()).toEqual([[], []]);
  });
});
