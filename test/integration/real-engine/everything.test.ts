/** `examples/everything` on the real engine and on the simulator: the same plans, in each mode. */
import { join } from "node:path";
import { modeNames } from "../../../src/modes/modes";
import { describeWithPulumi } from "../../support/engine";
import { comparable, MadeUp } from "../../support/made-up";
import { readPlan, realWorld, type RealWorld } from "./world";

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
    const env = { BERTH_DOMAIN: "example.com", BERTH_MODE: mode };
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
  }, 240_000);
});
