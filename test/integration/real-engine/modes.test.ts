/** A stack that stands changes its mode on the real engine: the same plans as the simulator's, and AWS refuses nothing. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../../src/app/plan";
import { dataTypes } from "../../../src/stores/data-types";
import { describeWithPulumi } from "../../support/engine";
import { upOnBoth } from "./up-on-both";
import { realWorld, type RealWorld } from "./world";

const dataHolders: readonly string[] = Object.values(dataTypes);

/** The default routes of the private subnets, by what became of them and where they lead. */
function routes({ resources }: Plan): readonly string[] {
  return resources
    .filter(({ name }) => name.startsWith("way-out-"))
    .map(({ op, inputs }) => `${op} ${"natGatewayId" in inputs ? "gateway" : "instance"}`);
}

describeWithPulumi("examples/todo with a volume changes its mode", () => {
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld();
    const override = "services: { web: { volumes: [ 'uploads:/srv' ] } }\nvolumes: { uploads: }\n";
    writeFileSync(join(world.project, "compose.override.yaml"), override);
  });
  afterAll(() => {
    world.close();
  });

  // Each row goes on from the stack that the row before it left.
  test.each([
    ["affordable", {}, [], ["create instance", "create instance"]],
    ["balanced", {}, [], ["update gateway", "update gateway"]],
    ["high-availability", {}, [], ["same gateway", "update gateway", "create gateway"]],
    [
      "affordable",
      {},
      ["--allow-data-loss", "access-logs"],
      ["update instance", "update instance", "delete gateway"],
    ],
    ["affordable", { natStrategy: "gateway" }, [], ["update gateway", "update gateway"]],
    [
      "affordable",
      { natStrategy: "instance", zones: 3 },
      [],
      ["update instance", "update instance", "create instance"],
    ],
  ])("to %s with %j", async (mode, own, options, ways) => {
    const settings = `x-berth: ${JSON.stringify(own)}\n`;
    writeFileSync(join(world.project, "compose.settings.yaml"), settings);
    const files = ["compose.yaml", "compose.override.yaml", "compose.settings.yaml"].flatMap((name) => [
      "-f",
      name,
    ]);
    const env = { BERTH_MODE: mode, BERTH_DOMAIN: "example.com" };
    const { plan, ran } = await upOnBoth(world, world.project, env, [...files, ...options]);
    expect(routes(plan)).toEqual(expect.arrayContaining(ways));
    expect(routes(plan)).toHaveLength(ways.length);
    const stores = plan.resources.filter(({ type }) => dataHolders.includes(type));
    expect(stores.filter(({ op }) => op !== "create" && op !== "update" && op !== "same")).toEqual([]);
    expect(stores.length).toBeGreaterThanOrEqual(3);
    expect(ran.result.changes.create === 0).toBe(false);
    const again = await world.real(["up", "--force", world.project, ...files], env);
    expect(again.result).toMatchObject({
      outcome: "unchanged",
      changes: { create: 0, update: 0, replace: 0, delete: 0 },
    });
  });

  test("access logs that nobody has let go are refused before anything is touched", async () => {
    const ran = await world.real(["up", world.project], {
      BERTH_MODE: "balanced",
      BERTH_DOMAIN: "example.com",
    });
    expect(ran.code).toBe(0);
    const back = await world.real(["up", world.project], {
      BERTH_MODE: "affordable",
      BERTH_DOMAIN: "example.com",
    });
    expect([back.code, back.result.error?.kind]).toEqual([5, "deployment"]);
    expect(back.stderr).toContain("x-berth.albAccessLogs");
    expect(back.stderr).not.toContain("updated");
  });

  test("nothing but the files' own system is left by a down", async () => {
    const down = await world.real(["down", world.project, "--allow-data-loss", "access-logs"]);
    expect([down.stderr, down.code]).toEqual([down.stderr, 0]);
    expect(world.clouds()[0].map(({ type }) => type)).toEqual([dataTypes.files]);
  });
});
