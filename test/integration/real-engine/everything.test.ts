/** `examples/everything` on the real engine and on the simulator: the same plans, in each mode, and until all of it has gone. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { modeNames } from "../../../src/modes/modes";
import { describeWithPulumi } from "../../support/engine";
import { comparable, MadeUp } from "../../support/made-up";
import { upOnBoth } from "./up-on-both";
import { readPlan, realWorld, type RealWorld } from "./world";

/** The webhook by the shell: no secret of the simulator's has a URL in it. */
const settings = {
  BERTH_DOMAIN: "example.com",
  CHAT_WEBHOOK: "https://hooks.slack.com/services/T0/B0/NobodysOwn",
};

describeWithPulumi("examples/everything on both engines", () => {
  const madeUp = new MadeUp();
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld("everything");
  });
  afterAll(() => {
    world.close();
  });

  /** The plans of a command on both engines, by URN, without what each cloud made up. */
  async function plansOf(command: "preview" | "up", mode: string): Promise<readonly [unknown, unknown]> {
    const file = (engine: string): string => join(world.folder, `${engine}-${mode}.plan.json`);
    const env = { ...settings, BERTH_MODE: mode };
    const real = await world.real([command, "--verbose", "--plan", file("real")], env);
    expect([real.stderr, real.code]).toEqual([real.stderr, 0]);
    const simulated = await world.simulated([command, "--verbose", "--plan", file("simulated")], env);
    expect([simulated.stderr, simulated.code]).toEqual([simulated.stderr, 0]);
    expect(simulated.result.changes).toEqual(real.result.changes);
    const [did, does] = [
      /^ {2}(created|updated|replaced|deleted) /m,
      /^ {2}(create|update|replace|delete) /m,
    ];
    for (const { stderr } of [real, simulated]) {
      expect(does.test(stderr)).toBe(command === "preview" && real.result.outcome !== "unchanged");
      expect(did.test(stderr)).toBe(command === "up");
    }
    const [realPlan, simulatedPlan] = [readPlan(file("real")), readPlan(file("simulated"))];
    madeUp.learn(world.clouds(), realPlan.resources);
    const sorted = (plan: typeof realPlan) => ({ ...plan, resources: comparable(plan.resources) });
    expect(realPlan.resources.length).toBeGreaterThan(150);
    return [madeUp.without(sorted(realPlan), 0), madeUp.without(sorted(simulatedPlan), 1)];
  }

  test.each(modeNames)("a preview in mode %s is the same", async (mode) => {
    const [real, simulated] = await plansOf("preview", mode);
    expect(simulated).toEqual(real);
  });

  test("the first up is the same, and so is the preview after it", async () => {
    const [real, simulated] = await plansOf("up", "affordable");
    expect(simulated).toEqual(real);
    const [other, same] = await plansOf("preview", "affordable");
    expect(same).toEqual(other);
  });

  test("the same again is nothing, a change is no more than it, and down leaves what a volume holds", async () => {
    const env = { ...settings, BERTH_MODE: "affordable" };
    const again = await world.real(["up", "--force"], env);
    expect(again.result.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    // A page of the site, and a setting of the database.
    writeFileSync(join(world.project, "handbook/index.html"), "<!doctype html><title>Second edition</title>");
    const override = { services: { ledger: { "x-mysql": { parameters: { max_connections: 90 } } } } };
    writeFileSync(join(world.project, "compose.override.yaml"), JSON.stringify(override));
    const { plan } = await upOnBoth(world, world.project, env);
    const changed = plan.resources.filter(({ op, type }) => op !== "same" && type.startsWith("aws:"));
    expect(
      changed.map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`).sort(),
    ).toEqual(["update BucketObjectv2 handbook-version", "update ParameterGroup ledger"]);
    for (const down of [await world.real(["down"], env), await world.simulated(["down"], env)])
      expect([down.stderr, down.code]).toEqual([down.stderr, 0]);
    for (const left of world.clouds())
      expect(left.map(({ type }) => type)).toEqual(["aws:efs/fileSystem:FileSystem"]);
  });
});
